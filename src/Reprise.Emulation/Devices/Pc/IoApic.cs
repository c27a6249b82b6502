using System.Globalization;
using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// The I/O APIC of a PC (Intel 82093AA, 290566): 24 inputs <c>irq0</c> to <c>irq23</c>, each with an entry that says which
/// message to the local APIC it becomes. As on QEMU its lines are high when they ask, whatever polarity an entry has.
/// </summary>
public sealed class IoApic : RegisterDevice, IWireInputs
{
    private const uint Select = 0x00;
    private const uint Window = 0x10;
    private const uint EndOfInterrupt = 0x40;

    private const int Inputs = 24;
    private const uint FirstEntry = 0x10;
    private const uint VersionValue = 0x0017_0020; // 24 entries, as QEMU 7.2

    private const ulong Masked = 1 << 16;
    private const ulong Level = 1 << 15;
    private const ulong InService = 1 << 14; // "remote IRR"
    private const ulong Logical = 1 << 11;
    private const ulong ReadOnly = InService | (1 << 12);

    private readonly LocalApic _local;
    private readonly ulong[] _entries = new ulong[Inputs];
    private uint _lines;
    private uint _id;
    private uint _select;

    public IoApic(string name, LocalApic local)
        : base(name)
    {
        _local = local;
        _local.LevelEnded += End;
        PowerOn();
    }

    public Action<bool>? FindInput(string name) =>
        name.StartsWith("irq", StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var input)
        && input < Inputs
            ? level => SetLine(input, level)
            : null;

    public override void Reset() => PowerOn();

    public override void Save(StateWriter writer)
    {
        foreach (var entry in _entries)
        {
            writer.Write(entry);
        }

        writer.Write(_lines);
        writer.Write(_id);
        writer.Write(_select);
    }

    public override void Restore(ref StateReader reader)
    {
        foreach (ref var entry in _entries.AsSpan())
        {
            entry = reader.ReadUInt64();
        }

        _lines = reader.ReadUInt32();
        _id = reader.ReadUInt32();
        _select = reader.ReadUInt32();
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Select => _select,
        Window => _select switch
        {
            0 or 2 => _id,
            1 => VersionValue,
            >= FirstEntry and < FirstEntry + (2 * Inputs) =>
                (uint)(_entries[(_select - FirstEntry) / 2] >> (int)(_select % 2 * 32)),
            _ => 0,
        },
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Select:
                _select = value & 0xFF;
                break;
            case Window when _select == 0:
                _id = value & 0x0F00_0000;
                break;
            case Window when _select is >= FirstEntry and < FirstEntry + (2 * Inputs):
                WriteEntry((int)(_select - FirstEntry) / 2, (int)(_select % 2 * 32), value);
                break;
            case EndOfInterrupt:
                End((byte)value);
                break;
        }
    }

    private void WriteEntry(int input, int shift, uint value)
    {
        var written = (ulong)value << shift;
        var mask = ((ulong)uint.MaxValue << shift) & ~ReadOnly;
        var entry = (_entries[input] & ~mask) | (written & mask);
        _entries[input] = (entry & Level) == 0 ? entry & ~InService : entry;
        Serve(input);
    }

    // An edge at a masked input is lost (290566, 3.2.4).
    private void SetLine(int input, bool level)
    {
        var bit = 1u << input;
        var isEdge = level && (_lines & bit) == 0;
        _lines = level ? _lines | bit : _lines & ~bit;
        var entry = _entries[input];
        if (isEdge && (entry & (Level | Masked)) == 0)
        {
            Send(input);
        }

        Serve(input);
    }

    // A level is sent again once its interrupt has ended.
    private void Serve(int input)
    {
        if ((_entries[input] & (Level | Masked | InService)) == Level && (_lines & 1u << input) != 0)
        {
            Send(input);
        }
    }

    private void Send(int input)
    {
        var entry = _entries[input];
        if ((entry >> 8 & 7) <= 1)
        {
            var isLevel = (entry & Level) != 0;
            _entries[input] |= isLevel ? InService : 0;
            _local.Deliver((byte)(entry >> 56), (entry & Logical) != 0, (byte)entry, isLevel);
        }
    }

    private void End(byte vector)
    {
        for (var input = 0; input < Inputs; input++)
        {
            if ((_entries[input] & (Level | InService)) == (Level | InService) && (byte)_entries[input] == vector)
            {
                _entries[input] &= ~InService;
                Serve(input);
            }
        }
    }

    private void PowerOn()
    {
        Array.Fill(_entries, Masked);
        (_lines, _id, _select) = (0, 0, 0);
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class IoApicFactory : IDeviceFactory
{
    public string Type => "io-apic";

    public string Example =>
        """
        pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0 }, wires: { intr: lapic.lint0 } }
        lapic: { type: local-apic, address: 0xFEE0_0000, pic: pic, wires: { intr: intr } }
        ioapic: { type: io-apic, address: 0xFEC0_0000, local: lapic }
        """;

    public IDevice Create(DeviceSite site) => new IoApic(site.Name, site.Device<LocalApic>("local"));
}
