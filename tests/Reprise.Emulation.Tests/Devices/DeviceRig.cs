using Reprise.Emulation.Devices;
using Reprise.Emulation.Devices.Cmsdk;
using Reprise.Emulation.Devices.Mps2;
using Reprise.Emulation.Devices.Nordic;
using Reprise.Emulation.Memory;
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

    public static readonly string[] Kinds =
    [
        "uart", "timer", "dualtimer", "watchdog", "gpio", "fpgaio", "scc",
        "nrf51-uart", "nrf51-timer", "nrf51-rng", "nrf51-gpio", "nrf51-clock", "nrf51-nvmc", "nrf51-uicr", "nrf51-ficr",
        "microbit-twi",
    ];

    /// <summary>Where a device has registers that chance would not find, between 0x58 and 0xFFF.</summary>
    public static uint[] FarRegistersOf(string kind) => kind switch
    {
        "nrf51-uart" => [0x108, 0x11C, 0x124, 0x304, 0x308, 0x480, 0x500, 0x518, 0x51C, 0x524],
        "nrf51-timer" => [0x140, 0x144, 0x200, 0x304, 0x308, 0x504, 0x508, 0x510, 0x540, 0x544, 0x54C],
        "nrf51-rng" => [0x100, 0x200, 0x300, 0x304, 0x308, 0x504, 0x508],
        "nrf51-gpio" => [0x504, 0x508, 0x50C, 0x510, 0x514, 0x518, 0x51C, 0x700, 0x704, 0x77C],
        "nrf51-clock" => [0x100, 0x104, 0x10C, 0x304, 0x308, 0x40C, 0x418, 0x518],
        "nrf51-nvmc" => [0x400, 0x504, 0x508, 0x50C, 0x514],
        "microbit-twi" => [0x104, 0x500, 0x518],

        // SCC requests and DLL, watchdog lock, test registers.
        _ => [0xA4, 0xA8, 0x100, 0xC00, 0xF00, 0xF04],
    };

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
        "nrf51-uart" => new Nrf51Uart(kind, rig.Lines[0], rig),
        "nrf51-timer" => new Nrf51Timer(kind, rig.Clock, rig.Lines[0]),
        "nrf51-rng" => new Nrf51Rng(kind, rig.Clock, rig.Lines[0], seed: 1),
        "nrf51-gpio" => new Nrf51Gpio(kind),
        "nrf51-clock" => new Nrf51Clock(kind, rig.Lines[0]),
        "nrf51-nvmc" => new Nrf51Nvmc(kind, new MemoryMap([], 1024), 0x4_0000, new Nrf51Uicr("uicr")),
        "nrf51-uicr" => new Nrf51Uicr(kind) { IsWritable = () => true },
        "nrf51-ficr" => new Nrf51Ficr(kind, 0x4_0000),
        "microbit-twi" => new MicrobitTwi(kind),
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
