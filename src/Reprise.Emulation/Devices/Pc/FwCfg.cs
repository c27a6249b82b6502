using System.Buffers.Binary;
using System.Text;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// QEMU's firmware configuration (docs/specs/fw_cfg of QEMU): items that firmware selects by number and reads byte by
/// byte at port 511h, or has copied to memory through the address at port 514h. Nothing can be written.
/// </summary>
public sealed class FwCfg : IDevice
{
    private const uint Data = 1;
    private const uint AddressHigh = 4;
    private const uint AddressLow = 8;

    private const uint Failed = 1; // of a transfer's control word
    private const uint Reads = 2;
    private const uint Skips = 4;
    private const uint Selects = 8;
    private const uint Writes = 16;

    private readonly MemoryMap _memory;
    private readonly Lazy<IReadOnlyDictionary<ushort, byte[]>> _items;
    private ushort _selected;
    private uint _offset;
    private ulong _address;

    /// <param name="name">Its name.</param>
    /// <param name="memory">Where it copies to.</param>
    /// <param name="items">Makes its items, which a kernel that starts without firmware never asks for.</param>
    internal FwCfg(string name, MemoryMap memory, Func<IReadOnlyDictionary<ushort, byte[]>> items)
    {
        Name = name;
        _memory = memory;
        _items = new Lazy<IReadOnlyDictionary<ushort, byte[]>>(items);
    }

    public string Name { get; }

    private ReadOnlySpan<byte> Rest =>
        _items.Value.TryGetValue(_selected, out var item) && _offset < item.Length ? item.AsSpan((int)_offset) : [];

    public uint Peek(uint offset, int size) => offset switch
    {
        <= Data when size == 1 => Rest.IsEmpty ? 0u : Rest[0],
        <= Data => 0,
        AddressHigh when size == 4 => BinaryPrimitives.ReadUInt32LittleEndian("QEMU"u8),
        AddressLow when size == 4 => BinaryPrimitives.ReadUInt32LittleEndian(" CFG"u8),
        _ => uint.MaxValue >> (32 - (8 * size)),
    };

    public uint Read(uint offset, int size)
    {
        var value = Peek(offset, size);
        if (offset <= Data && size == 1)
        {
            _offset += Rest.IsEmpty ? 0u : 1u;
        }

        return value;
    }

    public void Write(uint offset, uint value, int size)
    {
        switch (offset)
        {
            case 0 when size == 2:
                Select((ushort)value);
                break;
            case AddressHigh when size == 4:
                _address = (ulong)BinaryPrimitives.ReverseEndianness(value) << 32;
                break;
            case AddressLow when size == 4:
                _address |= BinaryPrimitives.ReverseEndianness(value);
                Transfer();
                _address = 0;
                break;
        }
    }

    public void Reset() => (_selected, _offset, _address) = (0, 0, 0);

    public void Save(StateWriter writer)
    {
        writer.Write((uint)_selected);
        writer.Write(_offset);
        writer.Write(_address);
    }

    public void Restore(ref StateReader reader)
    {
        _selected = (ushort)reader.ReadUInt32();
        _offset = reader.ReadUInt32();
        _address = reader.ReadUInt64();
    }

    private void Select(ushort item) => (_selected, _offset) = ((ushort)(item & 0xBFFF), 0);

    // At the address: control, length (32 bits), destination (64 bits), all big-endian. Control becomes the answer.
    private void Transfer()
    {
        Span<byte> request = stackalloc byte[16];
        if (!BusMemory.TryRead(_memory, _address, request))
        {
            return;
        }

        var control = BinaryPrimitives.ReadUInt32BigEndian(request);
        var length = BinaryPrimitives.ReadUInt32BigEndian(request[4..]);
        var destination = BinaryPrimitives.ReadUInt64BigEndian(request[8..]);
        if ((control & Selects) != 0)
        {
            Select((ushort)(control >> 16));
        }

        var failed = false;
        if ((control & Reads) != 0)
        {
            failed = !CopyTo(destination, length);
        }
        else if ((control & Skips) != 0)
        {
            _offset += (uint)Math.Min(length, Rest.Length);
        }
        else if ((control & Writes) != 0)
        {
            failed = true;
        }

        Span<byte> answer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(answer, failed ? Failed : 0);
        BusMemory.Write(_memory, _address, answer);
    }

    // Behind an item's end there are zeros.
    private bool CopyTo(ulong destination, uint length)
    {
        var taken = Rest[..(int)Math.Min(length, Rest.Length)];
        _offset += (uint)taken.Length;
        var whole = BusMemory.Write(_memory, destination, taken);
        Span<byte> zeros = stackalloc byte[256];
        zeros.Clear();
        for (var at = (uint)taken.Length; whole && at < length; at += (uint)zeros.Length)
        {
            whole = BusMemory.Write(_memory, destination + at, zeros[..(int)Math.Min(length - at, zeros.Length)]);
        }

        return whole;
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class FwCfgFactory : IDeviceFactory
{
    public string Type => "fw-cfg";

    public bool IsOnBus => false;

    public IReadOnlyList<PortRange> Ports => [new("ports", 12)];

    public string Example => "fwcfg: { type: fw-cfg, ports: 0x510 }";

    public string BootMenuKey => "boot-menu";

    public string SerialConsoleKey => "serial-console";

    public bool LoadsKernels => true;

    public IDevice Create(DeviceSite site)
    {
        var memory = site.Memory;
        var hasTables = site.Options.OneOf("tables", _tables, fallback: "none");
        var hasMenu = site.Options.Flag(BootMenuKey, fallback: false);
        var hasSerialConsole = site.Options.Flag(SerialConsoleKey, fallback: false);
        var hasHyperTransport = site.Options.Flag("hypertransport", fallback: false);
        var kernel = Kernel(site);
        return new FwCfg(
            site.Name, memory, () => FwCfgItems.Of(memory, hasTables, hasMenu, hasSerialConsole, hasHyperTransport, kernel));
    }

    private static KernelLoad? Kernel(DeviceSite site)
    {
        const string Name = "the kernel";
        var ram = FwCfgItems.RamSize(site.Memory);
        var (kernel, initrd, line) =
            (site.File(KernelFiles.Kernel), site.File(KernelFiles.Initrd), site.File(KernelFiles.CommandLine));
        return kernel.IsEmpty ? null
            : LinuxKernel.Accepts(kernel.Span) ? new LinuxLoad(kernel, initrd, line, ram, Name)
            : new MultibootLoad(kernel, KernelFiles.Modules(site.File), Encoding.UTF8.GetString(line.Span), ram, Name);
    }

    private static readonly SortedDictionary<string, bool> _tables = new(StringComparer.Ordinal)
    {
        ["none"] = false,
        ["pc"] = true,
    };
}
