using Reprise.Emulation.Boards;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// The clock and battery-backed memory of a PC (Motorola MC146818A), at ports 70h (index) and 71h (data). Its time is the
/// board's start time plus the virtual time. Nothing runs while nobody listens: flags are worked out from the time of
/// the last look at register C, and an alarm is set only for an interrupt that is enabled.
/// </summary>
public sealed class Mc146818 : PortDevice
{
    private const int RegisterA = 0x0A;
    private const int RegisterB = 0x0B;
    private const int RegisterC = 0x0C;
    private const int RegisterD = 0x0D;
    private const int Century = 0x32;
    private const int CenturyPs2 = 0x37;

    private const byte UpdateInProgress = 0x80; // register A
    private const byte Set = 0x80; // register B, and below
    private const byte PeriodicFlag = 0x40;
    private const byte AlarmFlag = 0x20;
    private const byte UpdateFlag = 0x10;
    private const byte InterruptFlag = 0x80;
    private const byte Flags = PeriodicFlag | AlarmFlag | UpdateFlag;

    private const ulong Second = 1_000_000_000;

    /// <summary>Time from the rise of UIP to the update, in ns (MC146818A, table 5: 244 us).</summary>
    private const ulong UpdateNotice = 244_141;

    private static readonly TickRate _crystal = new(32_768);
    private static readonly int[] _timeRegisters = [0, 2, 4, 6, 7, 8, 9, Century];

    private readonly VirtualClock _clock;
    private readonly InterruptLine _interrupt;
    private readonly DeviceTimer _alarm;
    private readonly byte[] _initial;
    private readonly byte[]? _orderAtReset;
    private readonly DateTime _start;
    private readonly byte[] _memory = new byte[128];
    private byte _index;
    private DateTime _setTime;
    private ulong _setAt;
    private byte _flags;
    private ulong _flagsAt;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="interrupt">IRQ.</param>
    /// <param name="start">The time at power-on, to whole seconds.</param>
    /// <param name="contents">The memory at power-on, 128 bytes; those of the time don't count.</param>
    /// <param name="orderAtReset">Memory with the boot order that counts from the first reset on; null for none.</param>
    public Mc146818(
        string name,
        VirtualClock clock,
        InterruptLine interrupt,
        DateTime start,
        ReadOnlySpan<byte> contents,
        byte[]? orderAtReset = null)
        : base(name)
    {
        _clock = clock;
        _interrupt = interrupt;
        _alarm = clock.CreateTimer(name, Update);
        _start = start;
        _initial = contents.ToArray();
        _orderAtReset = orderAtReset;
        PowerOn();
    }

    private byte Control => _memory[RegisterB];

    private bool IsRunning => (Control & Set) == 0;

    private RtcTime Format => new(binary: (Control & 4) != 0, hours24: (Control & 2) != 0);

    private DateTime Time => TimeAt(_clock.Now);

    /// <summary>
    /// A reset of the machine leaves time and memory, which have a battery, as they are; but a boot order that is good for
    /// once goes. Power-on, at the time 0, is no such reset.
    /// </summary>
    public override void Reset()
    {
        if (_orderAtReset is not null && _clock.Now > 0)
        {
            PcCmos.CopyOrder(_orderAtReset, _memory);
        }

        _memory[RegisterB] &= unchecked((byte)~(Flags | 0x08));
        (_index, _flags, _flagsAt) = (0, 0, _clock.Now);
        Update();
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_memory);
        writer.Write(_index);
        writer.Write((ulong)_setTime.Ticks);
        writer.Write(_setAt);
        writer.Write(_flags);
        writer.Write(_flagsAt);
    }

    public override void Restore(ref StateReader reader)
    {
        var memory = reader.ReadBytes();
        if (memory.Length != _memory.Length)
        {
            throw new InvalidDataException($"state of an RTC: {memory.Length} bytes of memory, expected {_memory.Length}");
        }

        memory.CopyTo(_memory);
        _index = (byte)(reader.ReadByte() & 0x7F);
        var ticks = reader.ReadUInt64();
        _setTime = ticks <= (ulong)DateTime.MaxValue.Ticks
            ? new DateTime((long)ticks)
            : throw new InvalidDataException($"state of an RTC: {ticks} is no time");
        _setAt = reader.ReadUInt64();
        _flags = reader.ReadByte();
        _flagsAt = reader.ReadUInt64();
        _interrupt.Restore(IsRequesting(FlagsNow()));
    }

    protected override byte PeekPort(uint offset) => offset == 1 ? PeekMemory(_index) : Open;

    protected override void AfterRead(uint offset)
    {
        if (offset == 1 && _index == RegisterC)
        {
            (_flags, _flagsAt) = (0, _clock.Now);
            Update();
        }
    }

    protected override void WritePort(uint offset, byte value)
    {
        if (offset == 0)
        {
            _index = (byte)(value & 0x7F);
        }
        else if (offset == 1)
        {
            (_flags, _flagsAt) = (FlagsNow(), _clock.Now);
            WriteMemory(_index, value);
            Update();
        }
    }

    private byte PeekMemory(int index)
    {
        var time = Array.IndexOf(_timeRegisters, index == CenturyPs2 ? Century : index);
        return index switch
        {
            RegisterA => (byte)(_memory[RegisterA] | (IsUpdating() ? UpdateInProgress : 0)),
            RegisterC => (byte)(FlagsNow() | (IsRequesting(FlagsNow()) ? InterruptFlag : 0)),
            _ when time >= 0 && IsRunning => Format.ToRegisters(Time)[time],
            _ => _memory[index],
        };
    }

    private void WriteMemory(int index, byte value)
    {
        switch (index)
        {
            case RegisterA:
                _memory[RegisterA] = (byte)(value & ~UpdateInProgress);
                break;
            case RegisterB:
                WriteControl(value);
                break;
            case RegisterC or RegisterD:
                break;
            default:
                index = index == CenturyPs2 ? Century : index;
                var isTime = Array.IndexOf(_timeRegisters, index) >= 0;
                if (isTime && IsRunning)
                {
                    ShowTime();
                }

                _memory[index] = value;
                if (isTime && IsRunning)
                {
                    TakeTime();
                }

                break;
        }
    }

    // SET stops the time and lets its registers be written; without it the time goes on from what they hold.
    private void WriteControl(byte value)
    {
        if (IsRunning)
        {
            ShowTime();
        }

        var wasRunning = IsRunning;
        _memory[RegisterB] = (byte)((value & Set) != 0 ? value & ~UpdateFlag : value);
        if (IsRunning && !wasRunning)
        {
            TakeTime();
        }
    }

    private void ShowTime()
    {
        var registers = Format.ToRegisters(Time);
        for (var i = 0; i < registers.Length; i++)
        {
            _memory[_timeRegisters[i]] = registers[i];
        }
    }

    // Seconds go on when they would have: the phase stays.
    private void TakeTime()
    {
        Span<byte> registers = stackalloc byte[RtcTime.Registers];
        for (var i = 0; i < registers.Length; i++)
        {
            registers[i] = _memory[_timeRegisters[i]];
        }

        _setTime = Format.FromRegisters(registers);
        _setAt = _clock.Now - (_clock.Now % Second);
    }

    private DateTime TimeAt(ulong now)
    {
        var left = (ulong)(DateTime.MaxValue - _setTime).TotalSeconds;
        return _setTime.AddSeconds(Math.Min((now - Math.Min(_setAt, now)) / Second, left));
    }

    private bool IsUpdating() => IsRunning && _clock.Now % Second >= Second - UpdateNotice;

    private static bool IsRequesting(byte flags, byte control) => (flags & control & Flags) != 0;

    private bool IsRequesting(byte flags) => IsRequesting(flags, Control);

    private byte FlagsNow()
    {
        var flags = _flags;
        for (byte flag = UpdateFlag; flag <= PeriodicFlag; flag <<= 1)
        {
            flags |= NextEvent(flag) <= _clock.Now ? flag : (byte)0;
        }

        return flags;
    }

    // Virtual time in ns at which a flag is first set behind the last look at the flags; all ones for never.
    private ulong NextEvent(byte flag)
    {
        switch (flag)
        {
            case PeriodicFlag:
                var rate = _memory[RegisterA] & 15;
                var period = 1ul << ((rate <= 2 ? rate + 7 : rate) - 1);
                return rate == 0 ? ulong.MaxValue : _crystal.TimeOf(((UInt128)(_crystal.TicksAt(_flagsAt) / period) + 1) * period);
            case UpdateFlag:
                return IsRunning ? NextSecond(_flagsAt) : ulong.MaxValue;
            default:
                return IsRunning ? NextAlarm() : ulong.MaxValue;
        }
    }

    private static ulong NextSecond(ulong time)
    {
        var passed = time % Second;
        return time - passed > ulong.MaxValue - Second ? ulong.MaxValue : time - passed + Second;
    }

    // The first second behind the last look that the alarm registers match, of which those from C0h match all.
    private ulong NextAlarm()
    {
        var at = NextSecond(_flagsAt);
        var time = TimeAt(at);
        var (second, minute, hour) = (_memory[1], _memory[3], _memory[5]);
        var passed = 0;
        while (passed <= 86_400)
        {
            var now = time.TimeOfDay.Add(TimeSpan.FromSeconds(passed));
            var step = !Matches(hour, Format.EncodeHour(now.Hours)) ? 3600 - (now.Minutes * 60) - now.Seconds
                : !Matches(minute, Format.Encode(now.Minutes)) ? 60 - now.Seconds
                : !Matches(second, Format.Encode(now.Seconds)) ? 1
                : 0;
            if (step == 0)
            {
                return at > ulong.MaxValue - ((ulong)passed * Second) ? ulong.MaxValue : at + ((ulong)passed * Second);
            }

            passed += step;
        }

        return ulong.MaxValue;

        static bool Matches(byte alarm, byte register) => alarm >= 0xC0 || alarm == register;
    }

    private void Update()
    {
        var requesting = IsRequesting(FlagsNow());
        _interrupt.Level = requesting;
        var next = ulong.MaxValue;
        for (byte flag = UpdateFlag; flag <= PeriodicFlag && !requesting; flag <<= 1)
        {
            next = (Control & flag) != 0 ? Math.Min(next, NextEvent(flag)) : next;
        }

        _alarm.Set(next);
    }

    private void PowerOn()
    {
        _initial.CopyTo(_memory, 0);
        (_memory[RegisterA], _memory[RegisterB], _memory[RegisterC], _memory[RegisterD]) = (0x26, 0x02, 0, 0x80);
        (_setTime, _setAt) = (_start, 0);
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Mc146818Factory : IDeviceFactory
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss";
    private const string DefaultTime = "2026-01-01T00:00:00";

    public string Type => "rtc-mc146818";

    public bool KeepsStateOnReset => true;

    public string TimeKey => "time";

    public string BootOrderKey => PcCmos.BootOrderKey;

    public string BootOnceKey => PcCmos.BootOnceKey;

    public bool IsOnBus => false;

    public IReadOnlyList<PortRange> Ports => [new("ports", 2)];

    public string Example =>
        """
        pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0, edges: 0x4D0 }, wires: { intr: intr } }
        rtc: { type: rtc-mc146818, ports: 0x70, irq: pic.irq8 }
        """;

    public IDevice Create(DeviceSite site)
    {
        var start = DateTime.TryParseExact(
            site.Options.Text("time", DefaultTime),
            TimeFormat,
            System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.None,
            out var time)
            ? time
            : throw site.Options.Error("time", "a time as 2026-01-31T23:59:59");
        var (contents, atReset) = PcCmos.Of(site);
        return new Mc146818(site.Name, site.Clock, site.Line(), start, contents, atReset);
    }
}
