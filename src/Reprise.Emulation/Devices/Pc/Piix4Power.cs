using Reprise.Emulation.Boards;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// Power management of a PC (Intel 82371AB, "PIIX4", 290562, section 7): the ACPI registers with the timer of
/// 3.579545 MHz at ports that PMBA gives, and the two of APM at B2h. There is no SMM: its set-up counts as done. The
/// sleep that <c>pc</c>'s tables call S5 switches the machine off, which ends the run.
/// </summary>
public sealed class Piix4Power : PciFunction, IMovablePorts
{
    private const uint Apm = 0x100; // offset of the two APM ports
    private const uint Status = 0;
    private const uint Enable = 2;
    private const uint Control = 4;
    private const uint Timer = 8;
    private const uint Ports = 0x40;

    private const ushort TimerFlag = 1;
    private const ushort Flags = 0x8D21; // PM1 status bits that are cleared by writing ones
    private const ushort SleepEnable = 1 << 13;
    private const int SoftOff = 0; // SLP_TYP (7.2.3)
    private const ulong Half = 1 << 23; // ticks after which the timer's top bit changes

    private static readonly TickRate _rate = new(3_579_545);

    private readonly VirtualClock _clock;
    private readonly InterruptLine _interrupt;
    private readonly DeviceTimer _alarm;
    private readonly ExitLatch _exit;
    private bool _isOff;
    private ushort _status;
    private ushort _enable;
    private ushort _control;
    private ulong _statusTick;
    private ushort _apm;

    private Piix4Power(string name, VirtualClock clock, InterruptLine interrupt, ExitLatch exit)
        : base(name, new PciConfiguration(0x7113_8086, 0x0680_0003)
            .Set(0x04, 0x0280_0000)
            .Set(0x3C, 0x0000_0100) // INTA
            .Set(0x40, 0x0000_0001)
            .Set(0x58, 0x0200_0000) // SMM is set up
            .Set(0x5C, 0x9000_0000)
            .Set(0x60, 0x6000_0000)
            .Set(0x64, 0x0800_0000)
            .Set(0x90, 0x0000_B101)
            .Set(0xD0, 0x0009_0000))
    {
        _clock = clock;
        _interrupt = interrupt;
        _exit = exit;
        _alarm = clock.CreateTimer(name, Update);
    }

    private ushort StatusNow =>
        (ushort)(_status | (_rate.TicksAt(_clock.Now) / Half != _statusTick / Half ? TimerFlag : 0));

    public uint? FindPort(ushort port)
    {
        var offset = port - (Configuration.Read(0x40, 4) & 0xFFC0);
        return (Configuration[0x80] & 1) != 0 && offset < Ports ? offset : null;
    }

    public override uint Peek(uint offset, int size)
    {
        var value = 0u;
        for (var i = 0u; i < size; i++)
        {
            value |= PeekByte(offset + i) << (int)(8 * i);
        }

        return value;
    }

    public override void Write(uint offset, uint value, int size)
    {
        for (var i = 0u; i < size; i++, value >>= 8)
        {
            WriteByte(offset + i, (byte)value);
        }

        if (offset <= Control + 1 && offset + (uint)size > Control && (_control & SleepEnable) != 0)
        {
            Sleep();
        }

        Update();
    }

    public override void Reset()
    {
        base.Reset();
        (_status, _enable, _control, _apm) = (0, 0, 0, 0);
        _statusTick = _rate.TicksAt(_clock.Now);
        SetOff(false);
        Update();
    }

    public override void Save(StateWriter writer)
    {
        base.Save(writer);
        writer.Write(((uint)_status << 16) | _enable);
        writer.Write(((uint)_control << 16) | _apm);
        writer.Write(_statusTick);
        writer.Write(_isOff);
    }

    public override void Restore(ref StateReader reader)
    {
        base.Restore(ref reader);
        var events = reader.ReadUInt32();
        (_status, _enable) = ((ushort)(events >> 16), (ushort)events);
        var control = reader.ReadUInt32();
        (_control, _apm) = ((ushort)(control >> 16), (ushort)control);
        _statusTick = reader.ReadUInt64();
        SetOff(reader.ReadBoolean());
        _interrupt.Restore(IsRequesting);
    }

    internal static Piix4Power Create(DeviceSite site) => Attach(
        site,
        new Piix4Power(site.Name, site.Clock, site.OptionalLine(), site.Exit),
        slot: 1,
        number: 3);

    private bool IsRequesting => (_control & 1) != 0 && (StatusNow & _enable & Flags) != 0;

    private uint PeekByte(uint offset) => offset switch
    {
        Status => StatusNow & 0xFFu,
        Status + 1 => (uint)StatusNow >> 8,
        Enable => _enable & 0xFFu,
        Enable + 1 => (uint)_enable >> 8,
        Control => _control & 0xFFu,
        Control + 1 => (uint)_control >> 8,
        >= Timer and < Timer + 4 => (uint)(_rate.TicksAt(_clock.Now) & 0xFF_FFFF) >> (int)(8 * (offset - Timer)) & 0xFF,
        Apm => _apm & 0xFFu,
        Apm + 1 => (uint)_apm >> 8,
        _ => 0,
    };

    private void WriteByte(uint offset, byte value)
    {
        switch (offset)
        {
            case Status or Status + 1:
                var cleared = (ushort)((value << (int)(8 * offset)) & Flags);
                _status = (ushort)(StatusNow & ~cleared);
                _statusTick = _rate.TicksAt(_clock.Now);
                break;
            case Enable:
                _enable = (ushort)((_enable & 0xFF00) | value);
                break;
            case Enable + 1:
                _enable = (ushort)((_enable & 0xFF) | (value << 8));
                break;
            case Control:
                _control = (ushort)((_control & 0xFF00) | value);
                break;
            case Control + 1:
                _control = (ushort)((_control & 0xFF) | (value << 8));
                break;
            case Apm:
                TakeApm(value);
                break;
            case Apm + 1:
                _apm = (ushort)((_apm & 0xFF) | (value << 8));
                break;
        }
    }

    // What SeaBIOS's ACPI tables name to turn ACPI on and off, as on QEMU.
    private void TakeApm(byte value)
    {
        _apm = (ushort)((_apm & 0xFF00) | value);
        _control = value switch
        {
            0xF1 => (ushort)(_control | 1),
            0xF0 => (ushort)(_control & ~1),
            _ => _control,
        };
    }

    private void Sleep()
    {
        var kind = (_control >> 10) & 7;
        _control &= unchecked((ushort)~SleepEnable);
        if (kind == SoftOff)
        {
            SetOff(true);
        }
    }

    private void SetOff(bool isOff)
    {
        _isOff = isOff;
        _exit.Set(Name, isOff ? 0 : null);
    }

    private void Update()
    {
        _interrupt.Level = IsRequesting;
        var waits = (_control & 1) != 0 && (_enable & TimerFlag) != 0 && (StatusNow & TimerFlag) == 0;
        _alarm.Set(waits ? _rate.TimeOf(((UInt128)(_rate.TicksAt(_clock.Now) / Half) + 1) * Half) : ulong.MaxValue);
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Piix4PowerFactory : IDeviceFactory
{
    public string Type => "piix4-power";

    public bool IsOnBus => false;

    public IReadOnlyList<PortRange> Ports => [new("apm", 2, Offset: 0x100)];

    public string Example =>
        """
        pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0, edges: 0x4D0 }, wires: { intr: intr } }
        pci: { type: i440fx, ports: { address: 0xCF8, data: 0xCFC } }
        power: { type: piix4-power, bus: pci, ports: 0xB2, irq: pic.irq9 }
        """;

    public IDevice Create(DeviceSite site) => Piix4Power.Create(site);
}
