using Reprise.Emulation.Boards;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Stellaris;

/// <summary>
/// A general-purpose timer of the Stellaris (LM3S6965 data sheet, chapter 10): one counter of 32 bits, a clock that counts
/// seconds, or two counters of 16 bits with prescalers. What is written counts from when the timer is enabled. QEMU has
/// neither the 16-bit counters nor TAR and TBR; capture and PWM are in neither.
/// </summary>
public sealed class StellarisGptm : RegisterDevice
{
    private const uint Configuration = 0x00;
    private const uint ModeA = 0x04;
    private const uint ModeB = 0x08;
    private const uint Control = 0x0C;
    private const uint InterruptMask = 0x18;
    private const uint RawInterruptStatus = 0x1C;
    private const uint MaskedInterruptStatus = 0x20;
    private const uint InterruptClear = 0x24;
    private const uint LoadA = 0x28;
    private const uint LoadB = 0x2C;
    private const uint MatchA = 0x30;
    private const uint MatchB = 0x34;
    private const uint PrescaleA = 0x38;
    private const uint PrescaleB = 0x3C;
    private const uint PrescaleMatchA = 0x40;
    private const uint PrescaleMatchB = 0x44;
    private const uint CountA = 0x48;
    private const uint CountB = 0x4C;

    private const uint Joined = 0;
    private const uint Seconds = 1;
    private const uint Halves = 4;
    private const uint EnableA = 1;
    private const uint TriggerA = 1 << 5;
    private const int ShiftB = 8;
    private const uint ModeMask = 0xB;
    private const uint OneShot = 1;
    private const uint Periodic = 2;
    private const uint TimeOut = 1;
    private const uint SecondsMatch = 1 << 3;
    private const uint InterruptBits = 0x70F;
    private const ulong Second = 1_000_000_000;

    /// <summary>Registers that hold what is written until the timer looks at them, from CFG to TBPMR.</summary>
    private readonly uint[] _values = new uint[(PrescaleMatchB / 4) + 1];
    private readonly VirtualClock _clock;
    private readonly InterruptLine _interrupt;
    private readonly Action _trigger;
    private readonly GptmHalf _a;
    private readonly GptmHalf _b;
    private readonly DeviceTimer _secondAlarm;
    private uint _raw;
    private uint _seconds;
    private ulong _nextSecond;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="source">The system clock.</param>
    /// <param name="interrupt">Its interrupt; on the chip each half has one.</param>
    /// <param name="trigger">Starts the ADC, at a time-out with TAOTE or TBOTE.</param>
    public StellarisGptm(string name, VirtualClock clock, ClockSource source, InterruptLine interrupt, Action trigger)
        : base(name)
    {
        (_clock, _interrupt, _trigger) = (clock, interrupt, trigger);
        _a = new GptmHalf(name + "a", clock, source, () => OnTimeOut(ModeA, shift: 0));
        _b = new GptmHalf(name + "b", clock, source, () => OnTimeOut(ModeB, ShiftB));
        _secondAlarm = clock.CreateTimer(name, OnSecond);
    }

    private bool InterruptLevel => (_raw & this[InterruptMask]) != 0;

    private bool IsWide => this[Configuration] < Halves;

    private ref uint this[uint offset] => ref _values[offset / 4];

    public override void Reset()
    {
        Array.Clear(_values);
        (_raw, _seconds, _nextSecond) = (0, 0, 0);
        _a.Reset();
        _b.Reset();
        _secondAlarm.Clear();
        _interrupt.Level = InterruptLevel;
    }

    public override void Save(StateWriter writer)
    {
        foreach (var value in (ReadOnlySpan<uint>)[.. _values, _raw, _seconds])
        {
            writer.Write(value);
        }

        writer.Write(_nextSecond);
        _a.Save(writer);
        _b.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            _values[i] = reader.ReadUInt32();
        }

        _raw = reader.ReadUInt32();
        _seconds = reader.ReadUInt32();
        _nextSecond = reader.ReadUInt64();
        _a.Restore(ref reader);
        _b.Restore(ref reader);
        _interrupt.Restore(InterruptLevel);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        RawInterruptStatus => _raw,
        MaskedInterruptStatus => _raw & this[InterruptMask],
        InterruptClear => 0,
        LoadA or MatchA => this[offset] | (IsWide ? this[offset + 4] << 16 : 0),
        CountA => this[Configuration] == Seconds ? _seconds : _a.Count,
        CountB => _b.Count,
        <= PrescaleMatchB => this[offset],
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Control:
                SetControl(value);
                break;
            case InterruptMask:
                this[offset] = value & InterruptBits;
                break;
            case InterruptClear:
                _raw &= ~value;
                break;
            case LoadA or MatchA:
                this[offset] = value & 0xFFFF;
                if (IsWide)
                {
                    this[offset + 4] = value >> 16;
                }

                break;
            case LoadB or MatchB:
                this[offset] = value & 0xFFFF;
                break;
            case Configuration or ModeA or ModeB or PrescaleA or PrescaleB or PrescaleMatchA or PrescaleMatchB:
                this[offset] = value;
                break;
            default:
                return;
        }

        _interrupt.Level = InterruptLevel;
    }

    private void SetControl(uint value)
    {
        var changed = this[Control] ^ value;
        this[Control] = value;
        if ((changed & EnableA) != 0)
        {
            _a.Stop();
            _secondAlarm.Clear();
            if ((value & EnableA) != 0)
            {
                StartA();
            }
        }

        if ((changed & (EnableA << ShiftB)) != 0 && !IsWide)
        {
            StartHalf(_b, ModeB, LoadB, PrescaleB, (value & (EnableA << ShiftB)) != 0);
        }
    }

    private void StartA()
    {
        switch (this[Configuration])
        {
            case Joined:
                _a.Start(PeekRegister(LoadA), divider: 1, (this[ModeA] & OneShot) != 0);
                break;
            case Seconds:
                _nextSecond = _clock.Now;
                SetSecondAlarm();
                break;
            case Halves:
                StartHalf(_a, ModeA, LoadA, PrescaleA, enabled: true);
                break;
        }
    }

    private void StartHalf(GptmHalf half, uint mode, uint load, uint prescale, bool enabled)
    {
        half.Stop();
        if (enabled && (this[mode] & ModeMask) is OneShot or Periodic)
        {
            half.Start(this[load], (this[prescale] & 0xFF) + 1, (this[mode] & ModeMask) == OneShot);
        }
    }

    private void OnTimeOut(uint mode, int shift)
    {
        _raw |= TimeOut << shift;
        if ((this[mode] & OneShot) != 0)
        {
            this[Control] &= ~(EnableA << shift);
        }

        _interrupt.Level = InterruptLevel;
        if ((this[Control] & (TriggerA << shift)) != 0)
        {
            _trigger();
        }
    }

    private void SetSecondAlarm()
    {
        _nextSecond = _nextSecond > ulong.MaxValue - Second ? ulong.MaxValue : _nextSecond + Second;
        _secondAlarm.Set(_nextSecond);
    }

    private void OnSecond()
    {
        if (++_seconds > PeekRegister(MatchA))
        {
            _seconds = 0;
            _raw |= SecondsMatch;
        }

        SetSecondAlarm();
        _interrupt.Level = InterruptLevel;
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class StellarisGptmFactory : IDeviceFactory
{
    public string Type => "stellaris-gptm";

    public string Example => "timer0: { type: stellaris-gptm, address: 0x4000_0000, irq: 0 }";

    public IDevice Create(DeviceSite site) =>
        new StellarisGptm(site.Name, site.Clock, site.CpuClock, site.Line(), site.Pulse("trigger"));
}
