using Reprise.Emulation.Boards;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// The high precision event timers of a PC (IA-PC HPET specification 1.0a) as QEMU has them: a counter of 100 MHz and three
/// timers. With legacy replacement timer 0 takes the place of the 8254 and timer 1 that of the clock, whose interrupts
/// pass through here: inputs <c>pit</c> and <c>rtc</c>, outputs <c>tick</c> and <c>clock</c>; <c>timers</c> is for the others.
/// Registers are words of 32 bits.
/// </summary>
public sealed class Hpet : IDevice, IWireInputs
{
    private const uint Identity = 0x8086_A201; // 64 bits, 3 timers, legacy replacement
    private const uint Period = 10_000_000; // of the counter, in femtoseconds
    private const ulong TickTime = 10; // ns

    private const uint Configuration = 0x10;
    private const uint Status = 0x20;
    private const uint Counter = 0xF0;
    private const uint Timers = 0x100;
    private const uint TimerSize = 0x20;

    private const uint Enable = 1;
    private const uint Legacy = 2;

    private readonly VirtualClock _clock;
    private readonly DeviceTimer _alarm;
    private readonly InterruptLine _tick;
    private readonly InterruptLine _clockLine;
    private readonly InterruptLine _others;
    private readonly HpetTimer[] _timers = [new(), new(), new()];
    private uint _configuration;
    private uint _status;
    private ulong _base; // what the counter had
    private ulong _since; // at this time, if it runs
    private bool _pit;
    private bool _rtc;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="tick">Interrupt 0 of the ISA bus.</param>
    /// <param name="clockLine">Interrupt 8 of the ISA bus.</param>
    /// <param name="others">Input 2 of the I/O APIC.</param>
    public Hpet(string name, VirtualClock clock, InterruptLine tick, InterruptLine clockLine, InterruptLine others)
    {
        Name = name;
        (_clock, _tick, _clockLine, _others) = (clock, tick, clockLine, others);
        _alarm = clock.CreateTimer(name, Update);
    }

    public string Name { get; }

    private bool IsRunning => (_configuration & Enable) != 0;

    private bool IsLegacy => (_configuration & Legacy) != 0;

    private ulong Count => IsRunning ? _base + ((_clock.Now - _since) / TickTime) : _base;

    public Action<bool>? FindInput(string name) => name switch
    {
        "pit" => level => SetInput(ref _pit, level),
        "rtc" => level => SetInput(ref _rtc, level),
        _ => null,
    };

    public uint Read(uint offset, int size) => Peek(offset, size);

    public uint Peek(uint offset, int size) => size != 4 || offset % 4 != 0 ? 0 : offset switch
    {
        0 => Identity,
        4 => Period,
        Configuration => _configuration,
        Status => _status,
        Counter => (uint)Count,
        Counter + 4 => (uint)(Count >> 32),
        _ when Timer(offset) is { } timer => timer.Peek(offset % TimerSize),
        _ => 0,
    };

    public void Write(uint offset, uint value, int size)
    {
        if (size != 4 || offset % 4 != 0)
        {
            return;
        }

        Expire();
        switch (offset)
        {
            case Configuration:
                var count = Count;
                _configuration = value & (Enable | Legacy);
                (_base, _since) = (count, IsRunning ? _clock.Now : 0);
                break;
            case Status:
                _status &= ~value;
                break;
            case Counter when !IsRunning:
                _base = (_base & 0xFFFF_FFFF_0000_0000) | value;
                break;
            case Counter + 4 when !IsRunning:
                _base = (uint)_base | ((ulong)value << 32);
                break;
            default:
                Timer(offset)?.Write(offset % TimerSize, value);
                break;
        }

        // A write to one timer leaves the others as they are.
        for (var i = 0; i < _timers.Length; i++)
        {
            if (!IsRunning)
            {
                _timers[i].Disarm();
            }
            else if (offset == Configuration || _timers[i] == Timer(offset))
            {
                _timers[i].Arm(Count);
            }
        }

        Update();
    }

    public void Reset()
    {
        foreach (var timer in _timers)
        {
            timer.Reset();
        }

        (_configuration, _status, _base, _since) = (0, 0, 0, 0);
        Update();
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_configuration);
        writer.Write(_status);
        writer.Write(_base);
        writer.Write(_since);
        writer.Write(_pit);
        writer.Write(_rtc);
        foreach (var timer in _timers)
        {
            timer.Save(writer);
        }
    }

    public void Restore(ref StateReader reader)
    {
        _configuration = reader.ReadUInt32();
        _status = reader.ReadUInt32();
        _base = reader.ReadUInt64();
        _since = Math.Min(reader.ReadUInt64(), _clock.Now);
        _pit = reader.ReadBoolean();
        _rtc = reader.ReadBoolean();
        foreach (var timer in _timers)
        {
            timer.Restore(ref reader);
        }

        _tick.Restore(TickLevel);
        _clockLine.Restore(ClockLevel);
        _others.Restore(OthersLevel);
    }

    private bool TickLevel => IsLegacy ? Asks(0) : _pit;

    private bool ClockLevel => IsLegacy ? Asks(1) : _rtc;

    private bool OthersLevel => Asks(2) || (!IsLegacy && (Asks(0) || Asks(1)));

    private HpetTimer? Timer(uint offset) =>
        offset - Timers < TimerSize * _timers.Length ? _timers[(offset - Timers) / TimerSize] : null;

    private InterruptLine LineOf(int timer) => !IsLegacy || timer == 2 ? _others : timer == 0 ? _tick : _clockLine;

    // By level, for as long as its status says so.
    private bool Asks(int timer) => _timers[timer].IsEnabled && _timers[timer].IsLevel && (_status >> timer & 1) != 0;

    private void SetInput(ref bool input, bool level)
    {
        input = level;
        Drive();
    }

    private void Drive()
    {
        _tick.Level = TickLevel;
        _clockLine.Level = ClockLevel;
        _others.Level = OthersLevel;
    }

    private void Update()
    {
        Expire();
        Drive();
        var next = IsRunning ? _timers.Min(timer => timer.Due) : ulong.MaxValue;
        var wait = (UInt128)(next - Math.Min(_base, next)) * TickTime;
        _alarm.Set(next == ulong.MaxValue || wait > ulong.MaxValue - _since ? ulong.MaxValue : _since + (ulong)wait);
    }

    private void Expire()
    {
        for (var i = 0; i < _timers.Length; i++)
        {
            while (IsRunning && _timers[i].Due <= Count && _timers[i].Due != ulong.MaxValue)
            {
                _timers[i].Match();
                if (_timers[i].IsLevel)
                {
                    _status |= 1u << i;
                    Drive();
                }
                else
                {
                    LineOf(i).Level = true; // an edge
                    Drive();
                }
            }
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class HpetFactory : IDeviceFactory
{
    public string Type => "hpet";

    public string Example =>
        """
        pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0 }, wires: { intr: intr } }
        hpet: { type: hpet, address: 0xFED0_0000, wires: { tick: pic.irq0, clock: pic.irq8, timers: pic.irq5 } }
        """;

    public IDevice Create(DeviceSite site) => new Hpet(
        site.Name, site.Clock, site.OptionalLine("tick"), site.OptionalLine("clock"), site.OptionalLine("timers"));
}
