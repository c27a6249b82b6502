using Reprise.Emulation.Boards;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Cmsdk;

/// <summary>
/// APB watchdog (DDI 0479, section "APB watchdog"): counts while INTEN is set. The first timeout raises the interrupt;
/// one more while that is still pending asks for a reset, when RESEN is set.
/// </summary>
public sealed class CmsdkWatchdog : RegisterDevice
{
    private const uint Load = 0x000;
    private const uint Value = 0x004;
    private const uint Control = 0x008;
    private const uint InterruptClear = 0x00C;
    private const uint RawInterruptStatus = 0x010;
    private const uint MaskedInterruptStatus = 0x014;
    private const uint Lock = 0xC00;
    private const uint TestControl = 0xF00;
    private const uint TestOutput = 0xF04;

    private const uint InterruptEnable = 1;
    private const uint ResetEnable = 2;
    private const uint ControlMask = 3;
    private const uint TestReset = 1;
    private const uint TestInterrupt = 2;
    private const uint UnlockKey = 0x1ACCE551;

    private readonly InterruptLine _interrupt;
    private readonly Action _resetRequested;
    private readonly DownCounter _counter;
    private readonly DeviceTimer _alarm;
    private uint _control;
    private bool _rawInterrupt;
    private bool _locked;
    private uint _testControl;
    private uint _testOutput;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="frequency">WDOGCLK in Hz.</param>
    /// <param name="interrupt">WDOGINT; the NMI on AN385.</param>
    /// <param name="resetRequested">WDOGRES rises: the machine is to be reset.</param>
    public CmsdkWatchdog(
        string name, VirtualClock clock, uint frequency, InterruptLine interrupt, Action resetRequested)
        : base(name)
    {
        _interrupt = interrupt;
        _resetRequested = resetRequested;
        _counter = new DownCounter(clock, frequency);
        _alarm = clock.CreateTimer(name, OnZero);
        _counter.Configure(running: false, reload: uint.MaxValue);
        _counter.SetCount(uint.MaxValue);
    }

    private bool MaskedInterrupt => _rawInterrupt && (_control & InterruptEnable) != 0;

    public override void Reset()
    {
        _control = 0;
        _rawInterrupt = false;
        _locked = false;
        _testControl = 0;
        _testOutput = 0;
        _counter.Configure(running: false, reload: uint.MaxValue);
        _counter.SetCount(uint.MaxValue);
        Update();
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_control);
        writer.Write(_rawInterrupt);
        writer.Write(_locked);
        writer.Write(_testControl);
        writer.Write(_testOutput);
        _counter.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        _control = reader.ReadUInt32();
        _rawInterrupt = reader.ReadBoolean();
        _locked = reader.ReadBoolean();
        _testControl = reader.ReadUInt32();
        _testOutput = reader.ReadUInt32();
        _counter.Restore(ref reader);
        _interrupt.Restore(InterruptLevel);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Load => _counter.Reload,
        Value => _counter.Count,
        Control => _control,
        RawInterruptStatus => _rawInterrupt ? 1u : 0u,
        MaskedInterruptStatus => MaskedInterrupt ? 1u : 0u,
        Lock => _locked ? 1u : 0u,
        TestControl => _testControl,
        _ => PeripheralId.At(offset, part: 0x24), // INTCLR and ITOP are write only
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        if (offset == Lock)
        {
            _locked = value != UnlockKey;
            return;
        }

        if (_locked)
        {
            return;
        }

        var testReset = IsTestReset();
        switch (offset)
        {
            case Load:
                _counter.Configure(_counter.Running, value);
                _counter.SetCount(value);
                break;
            case Control:
                SetControl(value & ControlMask);
                break;
            case InterruptClear:
                _rawInterrupt = false;
                _counter.SetCount(_counter.Reload);
                break;
            case TestControl:
                _testControl = value & 1;
                break;
            case TestOutput:
                _testOutput = value & (TestReset | TestInterrupt);
                break;
            default:
                return;
        }

        Update();
        if (!testReset && IsTestReset())
        {
            _resetRequested();
        }
    }

    private void SetControl(uint value)
    {
        var starts = (value & ~_control & InterruptEnable) != 0;
        _control = value;
        _counter.Configure((value & InterruptEnable) != 0, _counter.Reload);
        if (starts)
        {
            // Enabling a disabled interrupt reloads the counter from WDOGLOAD.
            _counter.SetCount(_counter.Reload);
        }
    }

    private bool IsTestReset() => _testControl != 0 && (_testOutput & TestReset) != 0;

    private void OnZero()
    {
        var second = _rawInterrupt;
        _rawInterrupt = true;
        Update();

        // Last, because the request may reset this device at once.
        if (second && (_control & ResetEnable) != 0 && _testControl == 0)
        {
            _resetRequested();
        }
    }

    // With the interrupt pending, only a reset is left to wait for.
    private bool InterruptLevel => _testControl != 0 ? (_testOutput & TestInterrupt) != 0 : MaskedInterrupt;

    private void Update()
    {
        _interrupt.Level = InterruptLevel;
        var needed = !_rawInterrupt || (_control & ResetEnable) != 0;
        _alarm.Set(needed ? _counter.NextZero : ulong.MaxValue);
    }
}

/// <summary>Makes it for board files.</summary>
file sealed class Factory : IDeviceFactory
{
    public string Type => "cmsdk-watchdog";

    public string Example =>
        "watchdog: { type: cmsdk-watchdog, address: 0x4000_0000, clock: 25 MHz, irq: 0, wires: { reset: reset } }";

    public IDevice Create(DeviceSite site) => new CmsdkWatchdog(
        site.Name, site.Clock, site.Options.Frequency("clock"), site.Line(), site.Pulse("reset"));
}
