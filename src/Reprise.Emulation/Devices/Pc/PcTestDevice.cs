using System.Globalization;
using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// QEMU's <c>pc-testdev</c>, which kvm-unit-tests use (<c>hw/misc/pc-testdev.c</c>): 64 KiB of memory that is I/O; four ports
/// that keep what is written; a port for each interrupt of the ISA bus, high while what was written last is not 0. Writes
/// that have QEMU give a page back to its host and take it again do nothing.
/// </summary>
/// <param name="name">Name on the board.</param>
/// <param name="lines">The interrupts, from 0 on.</param>
public sealed class PcTestDevice(string name, IReadOnlyList<InterruptLine> lines) : PortDevice(name)
{
    /// <summary>Interrupts of the ISA bus.</summary>
    internal const int LineCount = 16;

    internal const uint MemorySize = 0x1_0000;
    internal const uint RegisterPorts = 0x2_0000;
    internal const uint FlushPorts = RegisterPorts + RegisterSize;
    internal const uint LinePorts = FlushPorts + RegisterSize;

    internal const uint RegisterSize = 4;

    private readonly byte[] _memory = new byte[MemorySize];
    private readonly byte[] _register = new byte[RegisterSize];

    public override void Reset()
    {
        Array.Clear(_memory);
        Array.Clear(_register);
        foreach (var line in lines)
        {
            line.Level = false;
        }
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_memory.AsSpan().TrimEnd((byte)0)); // nothing, on nearly every machine
        writer.Write(_register);
        foreach (var line in lines)
        {
            writer.Write(line.Level);
        }
    }

    public override void Restore(ref StateReader reader)
    {
        Restore(ref reader, _memory);
        Restore(ref reader, _register);
        foreach (var line in lines)
        {
            line.Restore(reader.ReadBoolean());
        }
    }

    protected override byte PeekPort(uint offset) => offset switch
    {
        < MemorySize => _memory[offset],
        >= RegisterPorts and < FlushPorts => _register[offset - RegisterPorts],
        _ => 0,
    };

    protected override void WritePort(uint offset, byte value)
    {
        switch (offset)
        {
            case < MemorySize:
                _memory[offset] = value;
                break;
            case >= RegisterPorts and < FlushPorts:
                _register[offset - RegisterPorts] = value;
                break;
            case >= LinePorts when offset - LinePorts < lines.Count:
                lines[(int)(offset - LinePorts)].Level = value != 0;
                break;
        }
    }

    // Zeros at the end are left out.
    private void Restore(ref StateReader reader, byte[] target)
    {
        var bytes = reader.ReadBytes();
        if (bytes.Length > target.Length)
        {
            throw new InvalidDataException($"state of {Name}: {bytes.Length} bytes, expected at most {target.Length}");
        }

        bytes.CopyTo(target);
        target.AsSpan(bytes.Length).Clear();
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class PcTestDeviceFactory : IDeviceFactory
{
    public string Type => "pc-testdev";

    public uint Size => PcTestDevice.MemorySize;

    public IReadOnlyList<PortRange> Ports =>
    [
        new("register", PcTestDevice.RegisterSize, PcTestDevice.RegisterPorts),
        new("flush", PcTestDevice.RegisterSize, PcTestDevice.FlushPorts),
        new("lines", PcTestDevice.LineCount, PcTestDevice.LinePorts),
    ];

    public string Example =>
        "test: { type: pc-testdev, address: 0xFF00_0000, ports: { register: 0xE0, lines: 0x2000 }, wires: { irq5: nmi } }";

    public IDevice Create(DeviceSite site) => new PcTestDevice(site.Name, [.. Enumerable.Range(0, PcTestDevice.LineCount)
        .Select(line => site.OptionalLine("irq" + line.ToString(CultureInfo.InvariantCulture)))]);
}
