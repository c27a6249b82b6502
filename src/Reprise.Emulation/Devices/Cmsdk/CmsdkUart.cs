using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Cmsdk;

/// <summary>
/// APB UART (DDI 0479, section "APB UART"): one byte of buffer each way. A byte sent leaves at once, as in QEMU, when
/// the transmitter is on; otherwise it stays in the buffer until then. Input comes at the baud rate.
/// </summary>
public sealed class CmsdkUart(
    string name,
    SerialLine line,
    ClockSource clock,
    InterruptLine transmitInterrupt,
    InterruptLine receiveInterrupt,
    InterruptLine overrunInterrupt,
    IOutputSink output) : RegisterDevice(name), IInputPort
{
    private const uint Data = 0x00;
    private const uint State = 0x04;
    private const uint Control = 0x08;
    private const uint InterruptStatus = 0x0C;
    private const uint BaudDivider = 0x10;

    // STATE: buffers full, overruns. INTSTATUS has its bits at the same places: TX, RX, TX overrun, RX overrun.
    private const uint TransmitFull = 1;
    private const uint ReceiveFull = 2;
    private const uint Overruns = 0b1100;
    private const uint TransmitInterrupt = 1;
    private const uint ReceiveInterrupt = 2;

    private const uint TransmitEnable = 1;
    private const uint ReceiveEnable = 2;
    private const uint TransmitInterruptEnable = 4;
    private const uint ReceiveInterruptEnable = 8;
    private const uint ControlMask = 0x7F;
    private const uint BaudDividerMask = 0xFFFFF;

    private uint _state;
    private uint _control;
    private uint _interruptStatus;
    private uint _baudDivider;
    private byte _transmitBuffer;
    private byte _receiveBuffer;

    public bool CanReceive => (_control & ReceiveEnable) != 0 && (_state & ReceiveFull) == 0 && line.IsFree;

    /// <summary>A byte from outside: lost when the receiver is off, an overrun when the buffer is full.</summary>
    public void Receive(byte value)
    {
        if ((_control & ReceiveEnable) == 0)
        {
            return;
        }

        if ((_state & ReceiveFull) != 0)
        {
            _state |= 0b1000;
        }

        _receiveBuffer = value;
        _state |= ReceiveFull;
        line.Occupy(_baudDivider, clock.Rate);
        if ((_control & ReceiveInterruptEnable) != 0)
        {
            _interruptStatus |= ReceiveInterrupt;
        }

        Update();
    }

    public override void Reset()
    {
        _state = 0;
        _control = 0;
        _interruptStatus = 0;
        _baudDivider = 0;
        _transmitBuffer = 0;
        _receiveBuffer = 0;
        line.Clear();
        Update();
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_state);
        writer.Write(_control);
        writer.Write(_interruptStatus);
        writer.Write(_baudDivider);
        writer.Write(_transmitBuffer);
        writer.Write(_receiveBuffer);
    }

    public override void Restore(ref StateReader reader)
    {
        _state = reader.ReadUInt32();
        _control = reader.ReadUInt32();
        _interruptStatus = reader.ReadUInt32();
        _baudDivider = reader.ReadUInt32();
        _transmitBuffer = reader.ReadByte();
        _receiveBuffer = reader.ReadByte();
        transmitInterrupt.Restore((_interruptStatus & TransmitInterrupt) != 0);
        receiveInterrupt.Restore((_interruptStatus & ReceiveInterrupt) != 0);
        overrunInterrupt.Restore((_interruptStatus & Overruns) != 0);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Data => _receiveBuffer,
        State => _state,
        Control => _control,
        InterruptStatus => _interruptStatus,
        BaudDivider => _baudDivider,
        _ => PeripheralId.At(offset, part: 0x21),
    };

    protected override uint ReadRegister(uint offset)
    {
        if (offset == Data)
        {
            _state &= ~ReceiveFull;
        }

        return PeekRegister(offset);
    }

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Data:
                _transmitBuffer = (byte)value;

                // The overrun shows whether the transmitter is on or not.
                _state |= (_state & TransmitFull) != 0 ? 0b0100 : TransmitFull;
                break;
            case State:
                _state &= ~(value & Overruns);
                break;
            case Control:
                _control = value & ControlMask;
                break;
            case InterruptStatus:
                _state &= ~(value & Overruns);
                _interruptStatus &= ~value;
                break;
            case BaudDivider:
                _baudDivider = value & BaudDividerMask;
                break;
            default:
                return;
        }

        Transmit();
        Update();
    }

    // Whatever the baud divider is, as QEMU's mps2-an385 does (seen on 7.2): firmware that never sets it still prints.
    private void Transmit()
    {
        if ((_state & TransmitFull) == 0 || (_control & TransmitEnable) == 0)
        {
            return;
        }

        output.Write(Name, _transmitBuffer);
        _state &= ~TransmitFull;
        if ((_control & TransmitInterruptEnable) != 0)
        {
            _interruptStatus |= TransmitInterrupt;
        }
    }

    private void Update()
    {
        // The overrun bits aren't latched: STATE's overrun and CTRL's enable, which sits two bits higher.
        _interruptStatus = (_interruptStatus & ~Overruns) | (_state & (_control >> 2) & Overruns);
        transmitInterrupt.Level = (_interruptStatus & TransmitInterrupt) != 0;
        receiveInterrupt.Level = (_interruptStatus & ReceiveInterrupt) != 0;
        overrunInterrupt.Level = (_interruptStatus & Overruns) != 0;
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class CmsdkUartFactory : IDeviceFactory
{
    public string Type => "cmsdk-uart";

    public string Example =>
        "uart0: { type: cmsdk-uart, address: 0x4000_0000, wires: { transmit: irq 0, receive: irq 1, overrun: irq 2 } }";

    public IDevice Create(DeviceSite site) => new CmsdkUart(
        site.Name,
        new SerialLine(site.Name, site.Clock),
        site.CpuClock,
        site.Line("transmit"),
        site.Line("receive"),
        site.Line("overrun"),
        site.Output);
}
