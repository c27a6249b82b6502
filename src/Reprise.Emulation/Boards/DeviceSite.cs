using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Boards.Wiring;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Disks;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Memory;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Boards;

/// <summary>Where a board file puts a device, and what it is joined to there: all that its factory needs.</summary>
public sealed class DeviceSite
{
    private readonly DeviceDescription _device;
    private readonly DeviceSurroundings _surroundings;
    private readonly WireBoard _wires;
    private readonly IReadOnlyDictionary<string, IDevice> _devices;
    private readonly DeviceWires _own;

    internal DeviceSite(
        DeviceDescription device,
        DeviceSurroundings surroundings,
        WireBoard wires,
        IReadOnlyDictionary<string, IDevice> devices)
    {
        _device = device;
        _surroundings = surroundings;
        _wires = wires;
        _devices = devices;
        Options = new BoardFields(device.Map, $"device '{device.Name}', a {device.Factory.Type}");
        Options.Has("type");
        if (device.Range is not null)
        {
            Options.Has("address");
            Options.Has("size");
        }

        if (device.Factory.Ports.Count > 0)
        {
            Options.Has("ports");
        }

        _own = new DeviceWires(Options, device.Name);
    }

    /// <summary>Name on the board, unique there.</summary>
    public string Name => _device.Name;

    /// <summary>First address of its window; 0 when it is not on the bus.</summary>
    public uint Address => (uint)(_device.Range?.Address ?? 0);

    /// <summary>Bytes of its window; 0 when it is not on the bus.</summary>
    public uint Size => (uint)(_device.Range?.Size ?? 0);

    /// <summary>Its I/O ports.</summary>
    public IReadOnlyList<PortWindow> Ports => _device.Ports;

    /// <summary>The machine's only time.</summary>
    public VirtualClock Clock => _surroundings.Clock;

    /// <summary>The processor's clock; a device that sets it saves what it is set by.</summary>
    public ClockSource CpuClock => _surroundings.CpuClock;

    /// <summary>RAM and flash of the board.</summary>
    public MemoryMap Memory => _surroundings.Memory;

    /// <summary>What the user put into the drive of this name; null for nothing.</summary>
    public IDiskImage? Disk => _surroundings.Disks.GetValueOrDefault(Name);

    /// <summary>What is in the device's own ROM; empty for nothing.</summary>
    /// <param name="most">Bytes that it has room for.</param>
    /// <exception cref="BoardFileException">There is more.</exception>
    public ReadOnlyMemory<byte> Rom(uint most)
    {
        var rom = _surroundings.Roms.GetValueOrDefault(Name);
        return !Options.Has(DeviceDescription.RomKey) || rom.Length <= most
            ? rom
            : throw Options.Error(DeviceDescription.RomKey, $"a ROM of at most {most} bytes, not of {rom.Length}");
    }

    /// <summary>A file that the user gave the device to hand out; empty for none.</summary>
    /// <param name="file">What it is to the device.</param>
    public ReadOnlyMemory<byte> File(string file) => _surroundings.Roms.GetValueOrDefault(KernelFiles.NameOf(Name, file));

    /// <summary>Where what leaves the machine goes.</summary>
    public IOutputSink Output => _surroundings.Output;

    /// <summary>How the device ends the run, if it does.</summary>
    public ExitLatch Exit => _surroundings.Exit;

    /// <summary>What the board file says of the device; what no factory asks for is an error to the user.</summary>
    public BoardFields Options { get; }

    /// <summary>The wire of an output, <c>irq: 8</c> or <c>wires: { transmit: irq 1 }</c> in the file.</summary>
    /// <exception cref="BoardFileException">The file says nothing of it.</exception>
    public InterruptLine Line(string output = DeviceWires.Interrupt) => _own.Has(output)
        ? OptionalLine(output)
        : throw new BoardFileException(Options.Place, output == DeviceWires.Interrupt
            ? $"irq: NUMBER for '{Name}'"
            : $"wires: {{ {output}: irq NUMBER }} for '{Name}'");

    /// <summary>The wire of an output; one that ends nowhere when the file says nothing of it.</summary>
    public InterruptLine OptionalLine(string output = DeviceWires.Interrupt) =>
        _wires.Connect(_own.TargetsOf(output));

    /// <summary>Lets an output rise and fall, as a request for a reset does; without a wire it does nothing.</summary>
    public Action Pulse(string output)
    {
        var line = OptionalLine(output);
        return () =>
        {
            line.Level = true;
            line.Level = false;
        };
    }

    /// <summary>Another device that an option names; it stands before this one in the file.</summary>
    /// <exception cref="BoardFileException">There is none of that name and kind.</exception>
    public T Device<T>(string option)
        where T : class =>
        _devices.GetValueOrDefault(Options.Text(option)) as T
        ?? throw Options.Error(option, $"the name of a device above that '{Name}' can use");

    /// <summary>The same, or null when the option is missing.</summary>
    public T? OptionalDevice<T>(string option)
        where T : class =>
        Options.Has(option) ? Device<T>(option) : null;

    /// <summary>The memory that an option names, or null when the option is missing.</summary>
    /// <exception cref="BoardFileException">There is none of that name.</exception>
    public RamRegion? OptionalMemory(string option) => !Options.Has(option)
        ? null
        : Memory.Regions.FirstOrDefault(region => region.Name == Options.Text(option))
            ?? throw Options.Error(option, "the name of a memory of the board");

    internal void Finish()
    {
        _own.Finish();
        Options.Finish();
    }
}
