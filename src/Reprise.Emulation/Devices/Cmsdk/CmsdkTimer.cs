using Reprise.Emulation.Boards;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Cmsdk;

/// <summary>
/// APB timer (DDI 0479, section "APB timer"): a 32-bit down-counter with a period of RELOAD + 1 ticks. The external
/// clock and enable aren't wired on the boards; their bits are kept without effect, as in QEMU.
/// </summary>
public sealed class CmsdkTimer : RegisterDevice
{
    private const uint Control = 0x00;
    private const uint Value = 0x04;
    private const uint Reload = 0x08;
    private const uint InterruptStatus = 0x0C;

    private const uint Enable = 1;
    private const uint InterruptEnable = 8;
    private const uint ControlMask = 0xF;

    private readonly InterruptLine _interrupt;
    private readonly DownCounter _counter;
    private readonly DeviceTimer _alarm;
    private uint _control;
    private bool _interruptStatus;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="frequency">PCLK in Hz.</param>
    /// <param name="interrupt">TIMERINT.</param>
    public CmsdkTimer(string name, VirtualClock clock, uint frequency, InterruptLine interrupt)
        : base(name)
    {
        _interrupt = interrupt;
        _counter = new DownCounter(clock, frequency);
        _alarm = clock.CreateTimer(name, OnZero);
    }

    public override void Reset()
    {
        _control = 0;
        _interruptStatus = false;
        _counter.Configure(running: false, reload: 0);
        _counter.SetCount(0);
        Update();
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_control);
        writer.Write(_interruptStatus);
        _counter.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        _control = reader.ReadUInt32();
        _interruptStatus = reader.ReadBoolean();
        _interrupt.Restore(_interruptStatus);
        _counter.Restore(ref reader);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Control => _control,
        Value => _counter.Count,
        Reload => _counter.Reload,
        InterruptStatus => _interruptStatus ? 1u : 0u,
        _ => PeripheralId.At(offset, part: 0x22),
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Control:
                _control = value & ControlMask;
                _counter.Configure((_control & Enable) != 0, _counter.Reload);
                break;
            case Value:
                _counter.SetCount(value);
                break;
            case Reload:
                // A write of the reload value sets the current value too.
                _counter.Configure(_counter.Running, value);
                _counter.SetCount(value);
                break;
            case InterruptStatus:
                _interruptStatus &= (value & 1) == 0;
                break;
            default:
                return;
        }

        Update();
    }

    private void OnZero()
    {
        _interruptStatus = true;
        Update();
    }

    // The alarm is needed only where zero would be seen: a pending interrupt can't get more pending.
    private void Update()
    {
        _interrupt.Level = _interruptStatus;
        var needed = (_control & InterruptEnable) != 0 && !_interruptStatus;
        _alarm.Set(needed ? _counter.NextZero : ulong.MaxValue);
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class CmsdkTimerFactory : IDeviceFactory
{
    public string Type => "cmsdk-timer";

    public string Example =>
        "timer0: { type: cmsdk-timer, address: 0x4000_0000, clock: 25 MHz, irq: 0 }";

    public IDevice Create(DeviceSite site) => new CmsdkTimer(
        site.Name, site.Clock, site.Options.Frequency("clock"), site.Line());
}
