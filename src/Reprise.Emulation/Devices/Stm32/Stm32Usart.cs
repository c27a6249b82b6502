using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// USART of the STM32F1, F2 and F4 (RM0041 chapter 23, RM0033 chapter 24, RM0090 chapter 30), asynchronous. A byte sent
/// leaves at once, whether the transmitter is on or not, as in QEMU: TXE and TC are always set again.
/// Input comes at the rate that BRR says.
/// </summary>
public sealed class Stm32Usart(
    string name, SerialLine line, ClockSource clock, InterruptLine interrupt, IOutputSink output)
    : RegisterDevice(name), IInputPort
{
    private const uint Status = 0x00;
    private const uint Data = 0x04;
    private const uint BaudRate = 0x08;
    private const uint GuardTime = 0x18;

    private const uint Overrun = 1 << 3;
    private const uint ReceiveNotEmpty = 1 << 5;
    private const uint TransmissionComplete = 1 << 6;
    private const uint TransmitEmpty = 1 << 7;

    // What software clears by writing zero: CTS, LBD, TC, RXNE.
    private const uint ClearedByZero = 0x360;

    // CR1: RXNEIE, TCIE and TXEIE stand where their flags do in SR.
    private const uint InterruptMask = ReceiveNotEmpty | TransmissionComplete | TransmitEmpty;
    private const uint Receives = (1 << 13) | (1 << 2);

    private const int Settings = 5;

    // BRR, CR1, CR2, CR3, GTPR.
    private readonly uint[] _settings = new uint[Settings];
    private uint _status = TransmitEmpty | TransmissionComplete;
    private byte _received;
    private bool _overrunSeen;

    /// <summary>The receiver is on (UE and RE) and empty.</summary>
    public bool CanReceive => IsOn && (_status & ReceiveNotEmpty) == 0 && line.IsFree;

    private bool IsOn => (_settings[1] & Receives) == Receives;

    private bool Level
    {
        get
        {
            // ORE interrupts by RXNEIE too.
            var flags = (_status & Overrun) != 0 ? _status | ReceiveNotEmpty : _status;
            return (flags & _settings[1] & InterruptMask) != 0;
        }
    }

    /// <summary>A byte from outside: lost when the receiver is off; when it is full, it is lost and sets ORE.</summary>
    public void Receive(byte value)
    {
        if (!IsOn)
        {
            return;
        }

        if ((_status & ReceiveNotEmpty) != 0)
        {
            _status |= Overrun;
        }
        else
        {
            _received = value;
            _status |= ReceiveNotEmpty;
        }

        line.Occupy(_settings[0], clock.Rate);
        interrupt.Level = Level;
    }

    public override void Reset()
    {
        line.Clear();
        Array.Clear(_settings);
        _status = TransmitEmpty | TransmissionComplete;
        _received = 0;
        _overrunSeen = false;
        interrupt.Level = false;
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_status);
        writer.Write(_received);
        writer.Write(_overrunSeen);
        foreach (var setting in _settings)
        {
            writer.Write(setting);
        }
    }

    public override void Restore(ref StateReader reader)
    {
        _status = reader.ReadUInt32();
        _received = reader.ReadByte();
        _overrunSeen = reader.ReadBoolean();
        for (var i = 0; i < Settings; i++)
        {
            _settings[i] = reader.ReadUInt32();
        }

        interrupt.Restore(Level);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Status => _status,
        Data => _received,
        <= GuardTime => _settings[(offset - BaudRate) / 4],
        _ => 0,
    };

    protected override uint ReadRegister(uint offset)
    {
        var value = PeekRegister(offset);
        switch (offset)
        {
            case Status:
                _overrunSeen = (_status & Overrun) != 0;
                break;
            case Data:
                // ORE goes when SR and then DR are read.
                _status &= ~(_overrunSeen ? ReceiveNotEmpty | Overrun : ReceiveNotEmpty);
                _overrunSeen = false;
                interrupt.Level = Level;
                break;
        }

        return value;
    }

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Status:
                _status &= value | ~ClearedByZero;
                break;
            case Data:
                output.Write(Name, (byte)value);
                _status |= TransmissionComplete;
                break;
            case >= BaudRate and <= GuardTime:
                _settings[(offset - BaudRate) / 4] = value & 0xFFFF;
                break;
            default:
                return;
        }

        interrupt.Level = Level;
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Stm32UsartFactory : IDeviceFactory
{
    public string Type => "stm32-usart";

    public uint Size => 0x400;

    public string Example => "uart0: { type: stm32-usart, address: 0x4000_0000, irq: 0 }";

    public IDevice Create(DeviceSite site) => new Stm32Usart(
        site.Name, new SerialLine(site.Name, site.Clock), site.CpuClock, site.Line(), site.Output);
}
