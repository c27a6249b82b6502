using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Tests.Devices;

/// <summary>
/// A device as its type's example has it, with a clock, its lines, and a log of everything that leaves it; no processor.
/// </summary>
public sealed class DeviceRig : IOutputSink, ICpuInputs, IBoardSource
{
    public const uint Frequency = 25_000_000;
    public const ulong Tick = 40;

    private const string PcText =
        """
        cpu: { model: i386 }
        memory:
          ram: { address: 0x2000_0000, size: 16 KiB }
        devices:
        """;

    private const string BoardText =
        """
        cpu: { model: cortex-m3, interrupts: 16, priority-bits: 8, clock: 25 MHz }
        memory:
          flash: { address: 0, size: 256 KiB, read-only: true }
          ram: { address: 0x2000_0000, size: 16 KiB }
        devices:
        """;

    private static readonly Dictionary<string, Board> _boards = [];

    private readonly IDeviceFactory _factory;
    private readonly bool[] _levels = new bool[16];
    private readonly IReadOnlyList<IDevice> _devices;

    private DeviceRig(IDeviceFactory factory)
    {
        _factory = factory;
        Memory = new MemoryMap([], pageSize: 1024);
        if (!_boards.TryGetValue(factory.Type, out var board))
        {
            board = Board.Read(this, "rig.yaml");
            _boards.Add(factory.Type, board);
        }

        var mappings = board.BuildDevices(
            new DeviceSurroundings(Clock, CpuClock, Memory, this, this));
        _devices = [.. mappings.Select(mapping => mapping.Device)];
        Log.Clear();
    }

    /// <summary>All types that board files can name.</summary>
    public static IEnumerable<string> Types => DeviceCatalog.All.Select(factory => factory.Type);

    public MemoryMap Memory { get; }

    public VirtualClock Clock { get; } = new();

    /// <summary>The processor's.</summary>
    public ClockSource CpuClock { get; } = new(Frequency);

    /// <summary>The levels at the interrupt controller.</summary>
    public IReadOnlyList<bool> Levels => _levels;

    public IDevice Device => _devices[^1];

    public List<string> Log { get; } = [];

    int ICpuInputs.InterruptCount => _levels.Length;

    public static DeviceRig Create(string type) => new(DeviceCatalog.Find(type)!);

    string IBoardSource.Read(string name, int maxLength) =>
        (_factory.Example.Contains("ports:", StringComparison.Ordinal) ? PcText : BoardText) + string.Concat(_factory.Example.Split('\n').Select(line => "\n  " + line));

    void ICpuInputs.SetInterrupt(int number, bool level)
    {
        _levels[number] = level;
        Log.Add($"irq{number}={level}");
    }

    void ICpuInputs.SetNmi(bool level) => Log.Add($"nmi={level}");

    void ICpuInputs.RequestReset() => Log.Add("reset");

    Action<bool>? ICpuInputs.FindInput(string name) =>
        name is "intr" or "a20-mask" ? level => Log.Add($"{name}={level}") : null;

    public void Write(string port, byte value) => Log.Add($"{port}:{value:x2}");

    public uint this[uint offset]
    {
        get => Device.Read(offset, 4);
        set => Device.Write(offset, value, 4);
    }

    /// <summary>Moves time on by ns, stopping at each deadline as a machine does.</summary>
    public void Advance(ulong nanoseconds)
    {
        var end = Clock.Now + nanoseconds;
        while (Clock.NextDeadline <= end)
        {
            Clock.Now = Math.Max(Clock.Now, Clock.NextDeadline);
            Clock.FireExpired();
        }

        Clock.Now = end;
    }

    public void Reset()
    {
        foreach (var device in _devices)
        {
            device.Reset();
        }
    }

    /// <summary>Clock and devices, then the levels of the lines.</summary>
    public byte[] Save()
    {
        var writer = new StateWriter();
        Clock.Save(writer);
        foreach (var device in _devices)
        {
            device.Save(writer);
        }

        foreach (var level in _levels)
        {
            writer.Write(level);
        }

        return writer.Written.ToArray();
    }

    public void Restore(byte[] state)
    {
        var reader = new StateReader(state);
        Clock.Restore(ref reader);
        foreach (var device in _devices)
        {
            device.Restore(ref reader);
        }

        for (var i = 0; i < _levels.Length; i++)
        {
            _levels[i] = reader.ReadBoolean();
        }

        Assert.That(reader.AtEnd, Is.True);
    }
}
