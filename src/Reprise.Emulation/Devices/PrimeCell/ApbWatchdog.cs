using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.PrimeCell;

/// <summary>
/// The watchdog of ARM's system design kits and of parts that took it over (SP805, DDI 0270): counts down while INTEN is set. The
/// first time-out raises the interrupt; one more while that is pending asks for a reset, when RESEN is set. It does not stall for a
/// debugger.
/// </summary>
public abstract class ApbWatchdog : RegisterDevice
{
    private const uint Load = 0x000;
    private const uint Value = 0x004;
    private const uint ControlRegister = 0x008;
    private const uint InterruptClear = 0x00C;
    private const uint RawInterruptStatus = 0x010;
    private const uint MaskedInterruptStatus = 0x014;
    private const uint Lock = 0xC00;

    private const uint InterruptEnable = 1;
    private const uint ResetEnable = 2;
    private const uint ControlMask = 3;
    private const uint UnlockKey = 0x1ACC_E551;

    private readonly InterruptLine _interrupt;
    private readonly DownCounter _counter;
    private readonly DeviceTimer _alarm;
    private bool _raw;
    private bool _locked;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="counter">At the watchdog's own clock.</param>
    /// <param name="interrupt">Its interrupt.</param>
    /// <param name="resetRequested">Asks for a reset of the machine.</param>
    private protected ApbWatchdog(
        string name, VirtualClock clock, DownCounter counter, InterruptLine interrupt, Action resetRequested)
        : base(name)
    {
        (_interrupt, _counter, ResetRequested) = (interrupt, counter, resetRequested);
        _alarm = clock.CreateTimer(name, OnZero);
        Stop();
    }

    private protected Action ResetRequested { get; }

    private protected uint Control { get; private set; }

    private protected bool IsCounting => (Control & InterruptEnable) != 0;

    private protected bool MaskedInterrupt => _raw && IsCounting;

    private protected virtual bool InterruptLevel => MaskedInterrupt;

    /// <summary>Whether a time-out can reset the machine.</summary>
    private protected virtual bool CanReset => (Control & ResetEnable) != 0;

    public override void Reset()
    {
        (Control, _raw, _locked) = (0, false, false);
        Stop();
        Update();
    }

    public sealed override void Save(StateWriter writer)
    {
        writer.Write(Control);
        writer.Write(_raw);
        writer.Write(_locked);
        SaveOther(writer);
        _counter.Save(writer);
    }

    public sealed override void Restore(ref StateReader reader)
    {
        Control = reader.ReadUInt32();
        _raw = reader.ReadBoolean();
        _locked = reader.ReadBoolean();
        RestoreOther(ref reader);
        _counter.Restore(ref reader);
        _interrupt.Restore(InterruptLevel);
    }

    protected sealed override uint PeekRegister(uint offset) => offset switch
    {
        Load => _counter.Reload,
        Value => _counter.Count,
        ControlRegister => Control,
        RawInterruptStatus => _raw ? 1u : 0u,
        MaskedInterruptStatus => MaskedInterrupt ? 1u : 0u,
        Lock => _locked ? 1u : 0u,
        _ => PeekOther(offset), // INTCLR is write only
    };

    protected sealed override void WriteRegister(uint offset, uint value)
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

        switch (offset)
        {
            case Load:
                _counter.Configure(_counter.Running, value);
                _counter.SetCount(value);
                break;
            case ControlRegister when CanSetControl:
                SetControl(value & ControlMask);
                break;
            case InterruptClear:
                _raw = false;
                _counter.SetCount(_counter.Reload);
                break;
            default:
                WriteOther(offset, value);
                break;
        }

        Update();
    }

    private protected virtual bool CanSetControl => true;

    /// <summary>A register that only this one has; those that say what it is are.</summary>
    private protected abstract uint PeekOther(uint offset);

    /// <summary>The state of what only this one has.</summary>
    private protected virtual void SaveOther(StateWriter writer)
    {
    }

    private protected virtual void RestoreOther(ref StateReader reader)
    {
    }

    /// <summary>A write, while unlocked, of a register that only this one has.</summary>
    private protected virtual void WriteOther(uint offset, uint value)
    {
    }

    /// <summary>Brings the interrupt and the alarm up to date. With the interrupt pending, only a reset is left to wait for.</summary>
    private protected void Update()
    {
        _interrupt.Level = InterruptLevel;
        var needed = !_raw || (Control & ResetEnable) != 0;
        _alarm.Set(needed ? _counter.NextZero : ulong.MaxValue);
    }

    private void SetControl(uint value)
    {
        var starts = (value & ~Control & InterruptEnable) != 0;
        Control = value;
        _counter.Configure(IsCounting, _counter.Reload);
        if (starts)
        {
            // Enabling a disabled interrupt reloads the counter from WDOGLOAD.
            _counter.SetCount(_counter.Reload);
        }
    }

    private void Stop()
    {
        _counter.Configure(running: false, reload: uint.MaxValue);
        _counter.SetCount(uint.MaxValue);
    }

    private void OnZero()
    {
        var second = _raw;
        _raw = true;
        Update();

        // Last, because the request may reset this device at once.
        if (second && CanReset)
        {
            ResetRequested();
        }
    }
}
