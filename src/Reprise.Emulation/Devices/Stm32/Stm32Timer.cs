using Reprise.Emulation.Boards;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// General-purpose and basic timers of the STM32F1, F2 and F4 (RM0041 chapters 13 and 15, RM0033 chapters 14 and 16,
/// RM0090 chapters 18 and 20): counts up or down, reloads, compares. PSC, and with CR1.ARPE ARR, act from the next
/// update event on. What is not there: pins, captures, slave modes and DMA; a center-aligned timer counts up.
/// </summary>
public sealed class Stm32Timer : RegisterDevice
{
    private const uint Control1 = 0x00;
    private const uint InterruptEnable = 0x0C;
    private const uint Status = 0x10;
    private const uint EventGeneration = 0x14;
    private const uint CaptureMode1 = 0x18;
    private const uint Counter = 0x24;
    private const uint Prescaler = 0x28;
    private const uint AutoReload = 0x2C;
    private const uint Compare1 = 0x34;
    private const int Words = 21;

    private const uint Enable = 1;
    private const uint UpdateDisable = 1 << 1;
    private const uint OverflowOnly = 1 << 2;
    private const uint OnePulse = 1 << 3;
    private const uint Direction = 1 << 4;
    private const uint CenterMask = 3 << 5;
    private const uint Preload = 1 << 7;

    private const uint UpdateFlag = 1;
    private const uint InterruptMask = 0x5F;

    private readonly VirtualClock _clock;
    private readonly InterruptLine _interrupt;
    private readonly UpCounter _counter;
    private readonly DeviceTimer _alarm;
    private readonly int _channels;
    private readonly uint _countMask;
    private readonly uint[] _words = new uint[Words];

    /// <summary>When the counter overflows next, and when it equals each channel; never, if nobody would see.</summary>
    private readonly ulong[] _due;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="interrupt">Its interrupt.</param>
    /// <param name="frequency">Of the timer's clock, in Hz, not zero.</param>
    /// <param name="channels">Compare channels, 0 to 4.</param>
    /// <param name="countMask">The highest count.</param>
    public Stm32Timer(
        string name, VirtualClock clock, InterruptLine interrupt, uint frequency, int channels, uint countMask)
        : base(name)
    {
        (_clock, _interrupt, _channels, _countMask) = (clock, interrupt, channels, countMask);
        _counter = new UpCounter(clock, new ClockSource(frequency), countMask);
        _alarm = clock.CreateTimer(name, OnDue);
        _due = new ulong[1 + channels];
        Reset();
    }

    private uint Control => _words[Control1 / 4];

    private bool CountsDown => (Control & (Direction | CenterMask)) == Direction;

    // An ARR of zero blocks the counter.
    private bool Runs => (Control & Enable) != 0 && _counter.Top != 0;

    private ulong NextDivider => _words[Prescaler / 4] + 1ul;

    private uint NextTop => _words[AutoReload / 4];

    private bool Level => (_words[Status / 4] & _words[InterruptEnable / 4] & InterruptMask) != 0;

    public override void Reset()
    {
        Array.Clear(_words);
        _words[AutoReload / 4] = _countMask;
        _counter.Configure(running: false, _countMask, divider: 1);
        _counter.SetCount(0);
        Update();
    }

    public override void Save(StateWriter writer)
    {
        foreach (var word in _words)
        {
            writer.Write(word);
        }

        foreach (var time in _due)
        {
            writer.Write(time);
        }

        _counter.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        for (var i = 0; i < Words; i++)
        {
            _words[i] = reader.ReadUInt32();
        }

        for (var i = 0; i < _due.Length; i++)
        {
            _due[i] = reader.ReadUInt64();
        }

        _counter.Restore(ref reader);
        _interrupt.Restore(Level);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Counter => Turned(_counter.Count),
        < 4 * Words => _words[offset / 4],
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Control1:
                var count = Turned(_counter.Count);
                _words[0] = value & 0x3FF;
                _counter.Configure(Runs, _counter.Top, _counter.Divider);
                if (Turned(_counter.Count) != count)
                {
                    _counter.SetCount(Turned(count));
                }

                break;
            case Status:
                _words[Status / 4] &= value;
                break;
            case EventGeneration:
                Generate(value);
                break;
            case Counter:
                _counter.SetCount(Turned(value & _countMask));
                break;
            case AutoReload:
                _words[offset / 4] = value & _countMask;
                if ((Control & Preload) == 0)
                {
                    Reload(_counter.Divider);
                }

                break;
            case >= Compare1 and < Compare1 + 16:
                _words[offset / 4] = value & _countMask;
                break;
            case < 4 * Words:
                _words[offset / 4] = value & 0xFFFF;
                break;
        }

        Update();
    }

    /// <summary>Counting down is counting up from the other end; a count beyond the top is itself.</summary>
    private uint Turned(uint count) => CountsDown && count <= _counter.Top ? _counter.Top - count : count;

    private void Generate(uint events)
    {
        _words[Status / 4] |= events & InterruptMask & ~UpdateFlag;
        if ((events & UpdateFlag) != 0)
        {
            OnUpdate(setsFlag: (Control & OverflowOnly) == 0);
            _counter.SetCount(0);
        }
    }

    private void OnDue()
    {
        var now = _clock.Now;
        for (var channel = 1; channel <= _channels; channel++)
        {
            _words[Status / 4] |= _due[channel] <= now ? 1u << channel : 0;
        }

        if (_due[0] <= now)
        {
            OnUpdate(setsFlag: true);
            if ((Control & OnePulse) != 0)
            {
                _words[Control1 / 4] &= ~Enable;
                _counter.Configure(running: false, _counter.Top, _counter.Divider);
                _counter.SetCount(0);
            }
        }

        Update();
    }

    private void OnUpdate(bool setsFlag)
    {
        if ((Control & UpdateDisable) == 0)
        {
            _words[Status / 4] |= setsFlag ? UpdateFlag : 0;
            Reload(NextDivider);
        }
    }

    private void Reload(ulong divider)
    {
        var count = Turned(_counter.Count);
        _counter.Configure((Control & Enable) != 0 && NextTop != 0, NextTop, divider);
        if (CountsDown)
        {
            _counter.SetCount(Turned(count));
        }
    }

    private void Update()
    {
        _interrupt.Level = Level;
        _due[0] = IsOverflowSeen() ? TimeOf(0) : ulong.MaxValue;
        var next = _due[0];
        for (var channel = 1; channel <= _channels; channel++)
        {
            _due[channel] = IsMatchSeen(channel)
                ? TimeOf(Turned(_words[(Compare1 / 4) + channel - 1]))
                : ulong.MaxValue;
            next = Math.Min(next, _due[channel]);
        }

        _alarm.Set(next);
    }

    private bool IsOverflowSeen() =>
        (Control & UpdateDisable) == 0
        && ((_words[Status / 4] & UpdateFlag) == 0 || (Control & OnePulse) != 0
            || NextTop != _counter.Top || NextDivider != _counter.Divider);

    // A channel compares when CCMR makes it an output.
    private bool IsMatchSeen(int channel)
    {
        var mode = _words[(CaptureMode1 / 4) + ((channel - 1) / 2)] >> (8 * ((channel - 1) % 2));
        return (mode & 3) == 0 && (_words[Status / 4] & (1u << channel)) == 0;
    }

    private ulong TimeOf(uint count) =>
        _counter.StepsTo(count) is > 0 and var steps ? _counter.TimeAfter(steps) : ulong.MaxValue;
}

/// <summary>Makes it for board files.</summary>
internal sealed class Stm32TimerFactory : IDeviceFactory
{
    private static readonly Dictionary<string, uint> _widths = new()
    {
        ["16"] = ushort.MaxValue,
        ["32"] = uint.MaxValue,
    };

    public string Type => "stm32-timer";

    public uint Size => 0x400;

    public string Example => "timer2: { type: stm32-timer, address: 0x4000_0000, clock: 25 MHz, irq: 0 }";

    public IDevice Create(DeviceSite site) => new Stm32Timer(
        site.Name,
        site.Clock,
        site.Line(),
        site.Options.Frequency("clock"),
        (int)site.Options.Number("channels", 0, 4, fallback: 4),
        site.Options.OneOf("bits", _widths, fallback: "16"));
}
