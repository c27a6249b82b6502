using Reprise.Emulation.Devices;
using Reprise.Emulation.Devices.Cmsdk;
using Reprise.Emulation.Devices.Mps2;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Tests.Devices;

/// <summary>A device alone with a clock, its lines and a log of everything that leaves it.</summary>
public sealed class DeviceRig : IOutputSink
{
    private DeviceRig(Func<DeviceRig, IDevice> build)
    {
        Lines = [.. Enumerable.Range(0, 3).Select(n => new InterruptLine(n, (i, on) => Log.Add($"irq{i}={on}")))];
        Device = build(this);
    }

    public const uint Frequency = 25_000_000;
    public const ulong Tick = 40;

    public static readonly string[] Kinds = ["uart", "timer", "dualtimer", "watchdog", "gpio", "fpgaio", "scc"];

    public VirtualClock Clock { get; } = new();

    public InterruptLine[] Lines { get; }

    public IDevice Device { get; }

    public List<string> Log { get; } = [];

    public static DeviceRig Create(string kind) => new(rig => kind switch
    {
        "uart" => new CmsdkUart(kind, rig.Lines[0], rig.Lines[1], rig.Lines[2], rig),
        "timer" => new CmsdkTimer(kind, rig.Clock, Frequency, rig.Lines[0]),
        "dualtimer" => new CmsdkDualTimer(kind, rig.Clock, Frequency, rig.Lines[0]),
        "watchdog" => new CmsdkWatchdog(kind, rig.Clock, Frequency, rig.Lines[0], () => rig.Log.Add("reset")),
        "gpio" => new CmsdkGpio(kind, rig.Lines[0]),
        "fpgaio" => new Mps2Fpgaio(kind, rig.Clock, Frequency, rig),
        "scc" => new Mps2Scc(kind),
        _ => throw new ArgumentException(kind, nameof(kind)),
    });

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

    /// <summary>Clock and device, then the levels of the lines.</summary>
    public byte[] Save()
    {
        var writer = new StateWriter();
        Clock.Save(writer);
        Device.Save(writer);
        foreach (var line in Lines)
        {
            writer.Write(line.Level);
        }

        return writer.Written.ToArray();
    }

    public void Restore(byte[] state)
    {
        var reader = new StateReader(state);
        Clock.Restore(ref reader);
        Device.Restore(ref reader);
        foreach (var line in Lines)
        {
            line.Restore(reader.ReadBoolean());
        }

        Assert.That(reader.AtEnd, Is.True);
    }
}
