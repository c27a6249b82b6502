using Reprise.Emulation.Boards;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Nordic;

/// <summary>
/// TIMER0 to TIMER2 of the nRF51 (Reference Manual 3.0, chapter 18): a counter of 8 to 32 bits at 16 MHz over a power of
/// two, or of COUNT tasks, with four compare registers.
/// </summary>
public sealed class Nrf51Timer : RegisterDevice
{
    private const uint Start = 0x000;
    private const uint Stop = 0x004;
    private const uint CountTask = 0x008;
    private const uint Clear = 0x00C;
    private const uint Shutdown = 0x010;
    private const uint Capture0 = 0x040;
    private const uint Compare0 = 0x140;
    private const uint Shorts = 0x200;
    private const uint InterruptSet = 0x304;
    private const uint InterruptClear = 0x308;
    private const uint Mode = 0x504;
    private const uint BitMode = 0x508;
    private const uint Prescaler = 0x510;
    private const uint CaptureCompare0 = 0x540;

    private const int Channels = 4;
    private const int StopShift = 8;
    private const int InterruptShift = 16;
    private const uint ShortsMask = 0xF0F;
    private const uint InterruptMask = 0xF_0000;
    private const uint CounterMode = 1;
    private const uint Frequency = 16_000_000;

    private readonly UpCounter _counter;
    private readonly DeviceTimer _alarm;
    private readonly InterruptLine _interrupt;
    private readonly uint[] _compare = new uint[Channels];
    private uint _events;
    private uint _shorts;
    private uint _enabled;
    private uint _mode;
    private uint _bitMode;
    private uint _prescaler;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="interrupt">Its interrupt.</param>
    public Nrf51Timer(string name, VirtualClock clock, InterruptLine interrupt)
        : base(name)
    {
        _interrupt = interrupt;
        _counter = new UpCounter(clock, new ClockSource(Frequency));
        _alarm = clock.CreateTimer(name, OnCompare);
        _counter.Configure(running: false, Top, Divider);
    }

    // BITMODE: 16, 8, 24, 32 bits.
    private uint Top => _bitMode switch
    {
        0 => 0xFFFF,
        1 => 0xFF,
        2 => 0xFF_FFFF,
        _ => uint.MaxValue,
    };

    private ulong Divider => 1ul << (int)_prescaler;

    public override void Reset()
    {
        Array.Clear(_compare);
        (_events, _shorts, _enabled, _mode, _bitMode, _prescaler) = (0, 0, 0, 0, 0, 0);
        _counter.Configure(running: false, Top, Divider);
        _counter.SetCount(0);
        Update();
    }

    public override void Save(StateWriter writer)
    {
        foreach (var value in (ReadOnlySpan<uint>)[.. _compare, _events, _shorts, _enabled, _mode, _bitMode, _prescaler])
        {
            writer.Write(value);
        }

        _counter.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        for (var i = 0; i < Channels; i++)
        {
            _compare[i] = reader.ReadUInt32();
        }

        _events = reader.ReadUInt32();
        _shorts = reader.ReadUInt32();
        _enabled = reader.ReadUInt32();
        _mode = reader.ReadUInt32();
        _bitMode = reader.ReadUInt32();
        _prescaler = reader.ReadUInt32() & 0xF;
        _counter.Restore(ref reader);
        _interrupt.Restore(InterruptLevel);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        >= Compare0 and < Compare0 + (4 * Channels) => (_events >> (int)(offset - Compare0) / 4) & 1,
        Shorts => _shorts,
        InterruptSet or InterruptClear => _enabled,
        Mode => _mode,
        BitMode => _bitMode,
        Prescaler => _prescaler,
        >= CaptureCompare0 and < CaptureCompare0 + (4 * Channels) => _compare[(offset - CaptureCompare0) / 4],
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Start when value == 1 && _mode != CounterMode:
                _counter.Configure(running: true, Top, Divider);
                break;
            case Stop or Shutdown when value == 1:
                _counter.Configure(running: false, Top, Divider);
                break;
            case CountTask when value == 1 && _mode == CounterMode:
                _counter.SetCount((_counter.Count + 1) & Top);
                Reach(_counter.Count);
                break;
            case Clear when value == 1:
                _counter.SetCount(0);
                break;
            case >= Capture0 and < Capture0 + (4 * Channels) when value == 1:
                _compare[(offset - Capture0) / 4] = _counter.Count;
                break;
            case >= Compare0 and < Compare0 + (4 * Channels) when value == 0:
                _events &= ~(1u << (int)((offset - Compare0) / 4));
                break;
            case Shorts:
                _shorts = value & ShortsMask;
                break;
            case InterruptSet:
                _enabled |= value & InterruptMask;
                break;
            case InterruptClear:
                _enabled &= ~value;
                break;
            case Mode:
                _mode = value & 1;
                break;
            case BitMode:
                _bitMode = value & 3;
                break;
            case Prescaler:
                _prescaler = value & 0xF;
                break;
            case >= CaptureCompare0 and < CaptureCompare0 + (4 * Channels):
                _compare[(offset - CaptureCompare0) / 4] = value & Top;
                break;
            default:
                return;
        }

        if (offset is Mode or BitMode or Prescaler)
        {
            _counter.Configure(_counter.Running && _mode != CounterMode, Top, Divider);
            _counter.SetCount(_counter.Count & Top);
        }

        Update();
    }

    private bool InterruptLevel => (_events & (_enabled >> InterruptShift)) != 0;

    private void OnCompare()
    {
        Reach(_counter.Count);
        Update();
    }

    private void Reach(uint count)
    {
        for (var i = 0; i < Channels; i++)
        {
            if (_compare[i] == count)
            {
                _events |= 1u << i;
                if ((_shorts & (1u << i)) != 0)
                {
                    _counter.SetCount(0);
                }

                if ((_shorts & (1u << (StopShift + i))) != 0)
                {
                    _counter.Configure(running: false, Top, Divider);
                }
            }
        }
    }

    /// <summary>The alarm is needed only for a compare that would be seen.</summary>
    private void Update()
    {
        _interrupt.Level = InterruptLevel;
        var next = ulong.MaxValue;
        for (var i = 0; i < Channels; i++)
        {
            var isSeen = (_events & (1u << i)) == 0 || (_shorts & (0x101u << i)) != 0;
            if (isSeen && _counter.StepsTo(_compare[i]) is > 0 and var steps)
            {
                next = Math.Min(next, steps);
            }
        }

        _alarm.Set(next == ulong.MaxValue ? ulong.MaxValue : _counter.TimeAfter(next));
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Nrf51TimerFactory : IDeviceFactory
{
    public string Type => "nrf51-timer";

    public string Example =>
        "timer0: { type: nrf51-timer, address: 0x4000_0000, irq: 0 }";

    public IDevice Create(DeviceSite site) => new Nrf51Timer(site.Name, site.Clock, site.Line());
}
