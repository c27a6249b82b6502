using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices.PrimeCell;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Stellaris;

/// <summary>
/// The watchdog of the Stellaris (LM3S6965 data sheet, chapter 11): counts the system clock once INTEN is set, which only
/// a reset takes back. The first time-out raises the interrupt, one more while that is pending asks for a reset, when
/// RESEN is set. It does not stall for a debugger.
/// </summary>
public sealed class StellarisWatchdog : RegisterDevice
{
    private const uint Load = 0x000;
    private const uint Value = 0x004;
    private const uint Control = 0x008;
    private const uint InterruptClear = 0x00C;
    private const uint RawInterruptStatus = 0x010;
    private const uint MaskedInterruptStatus = 0x014;
    private const uint Lock = 0xC00;

    private const uint InterruptEnable = 1;
    private const uint ResetEnable = 2;
    private const uint ControlMask = 3;
    private const uint UnlockKey = 0x1ACC_E551;

    private static readonly PrimeCellId _id = new(0x0118_1805);

    private readonly InterruptLine _interrupt;
    private readonly Action _resetRequested;
    private readonly DownCounter _counter;
    private readonly DeviceTimer _alarm;
    private uint _control;
    private bool _raw;
    private bool _locked;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="source">The system clock.</param>
    /// <param name="interrupt">Its interrupt.</param>
    /// <param name="resetRequested">Asks for a reset of the machine.</param>
    public StellarisWatchdog(
        string name, VirtualClock clock, ClockSource source, InterruptLine interrupt, Action resetRequested)
        : base(name)
    {
        (_interrupt, _resetRequested) = (interrupt, resetRequested);
        _counter = new DownCounter(clock, source);
        _alarm = clock.CreateTimer(name, OnZero);
        _counter.Configure(running: false, reload: uint.MaxValue);
        _counter.SetCount(uint.MaxValue);
        source.Changed += Update;
    }

    private bool InterruptLevel => _raw && (_control & InterruptEnable) != 0;

    public override void Reset()
    {
        (_control, _raw, _locked) = (0, false, false);
        _counter.Configure(running: false, reload: uint.MaxValue);
        _counter.SetCount(uint.MaxValue);
        Update();
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_control);
        writer.Write(_raw);
        writer.Write(_locked);
        _counter.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        _control = reader.ReadUInt32();
        _raw = reader.ReadBoolean();
        _locked = reader.ReadBoolean();
        _counter.Restore(ref reader);
        _interrupt.Restore(InterruptLevel);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Load => _counter.Reload,
        Value => _counter.Count,
        Control => _control,
        RawInterruptStatus => _raw ? 1u : 0u,
        MaskedInterruptStatus => InterruptLevel ? 1u : 0u,
        Lock => _locked ? 1u : 0u,
        _ => _id.At(offset),
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

        switch (offset)
        {
            case Load:
                _counter.Configure(_counter.Running, value);
                _counter.SetCount(value);
                break;
            case Control when (_control & InterruptEnable) == 0:
                _control = value & ControlMask;
                if ((_control & InterruptEnable) != 0)
                {
                    _counter.Configure(running: true, _counter.Reload);
                    _counter.SetCount(_counter.Reload);
                }

                break;
            case InterruptClear:
                _raw = false;
                _counter.SetCount(_counter.Reload);
                break;
            default:
                return;
        }

        Update();
    }

    private void OnZero()
    {
        var second = _raw;
        _raw = true;
        Update();

        // Last, because the request may reset this device at once.
        if (second && (_control & ResetEnable) != 0)
        {
            _resetRequested();
        }
    }

    // With the interrupt pending, only a reset is left to wait for.
    private void Update()
    {
        _interrupt.Level = InterruptLevel;
        var needed = !_raw || (_control & ResetEnable) != 0;
        _alarm.Set(needed ? _counter.NextZero : ulong.MaxValue);
    }
}

/// <summary>Makes it for board files.</summary>
file sealed class Factory : IDeviceFactory
{
    public string Type => "stellaris-watchdog";

    public string Example =>
        "watchdog: { type: stellaris-watchdog, address: 0x4000_0000, irq: 0, wires: { reset: reset } }";

    public IDevice Create(DeviceSite site) =>
        new StellarisWatchdog(site.Name, site.Clock, site.CpuClock, site.Line(), site.Pulse("reset"));
}
