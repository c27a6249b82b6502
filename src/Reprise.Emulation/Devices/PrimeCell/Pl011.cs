using Reprise.Emulation.Boards;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.PrimeCell;

/// <summary>
/// The UART PL011 (DDI 0183): 16 bytes of receive FIFO, or one while LCR_H.FEN is clear. As on QEMU a byte sent leaves
/// at once whether the UART is on or not, the receive interrupt comes with each byte, whatever IFLS says, and there are
/// no modem lines, errors or DMA. Input has time, other than on QEMU: it comes at the baud rate that is set, so that the
/// buffers of drivers, which are made for that, do not run over.
/// </summary>
public sealed class Pl011 : RegisterDevice, IInputPort
{
    private const uint Data = 0x00;
    private const uint Flags = 0x18;
    private const uint LowPower = 0x20;
    private const uint IntegerBaudRate = 0x24;
    private const uint FractionalBaudRate = 0x28;
    private const uint LineControl = 0x2C;
    private const uint Control = 0x30;
    private const uint FifoLevels = 0x34;
    private const uint InterruptMask = 0x38;
    private const uint RawInterruptStatus = 0x3C;
    private const uint MaskedInterruptStatus = 0x40;
    private const uint InterruptClear = 0x44;
    private const uint DmaControl = 0x48;

    private const uint ReceiveEmpty = 1 << 4;
    private const uint ReceiveFull = 1 << 6;
    private const uint TransmitEmpty = 1 << 7;
    private const uint FifosEnable = 1 << 4;
    private const uint UartEnable = 1;
    private const uint ControlAtReset = 0x300;
    private const uint LevelsAtReset = 0x12;
    private const uint ReceiveInterrupt = 1 << 4;
    private const uint TransmitInterrupt = 1 << 5;
    private const int Depth = 16;

    // The divisors count 64ths of 16 clocks a bit.
    private const uint DivisorsInTick = 64 / 16;

    private readonly ClockSource _source;
    private readonly SerialLine _line;
    private readonly InterruptLine _interrupt;
    private readonly IOutputSink _output;
    private readonly PrimeCellId _id;
    private readonly byte[] _fifo = new byte[Depth];
    private int _first;
    private int _count;
    private uint _lowPower;
    private uint _integerBaudRate;
    private uint _fractionalBaudRate;
    private uint _lineControl;
    private uint _control = ControlAtReset;
    private uint _fifoLevels = LevelsAtReset;
    private uint _mask;
    private uint _raw;
    private uint _dmaControl;
    private bool _sentWhileOff;

    /// <param name="name">Name on the board, and of its input port.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="source">UARTCLK.</param>
    /// <param name="interrupt">UARTINTR, all interrupts in one.</param>
    /// <param name="output">Takes what is sent.</param>
    /// <param name="id">Its identification.</param>
    internal Pl011(
        string name, VirtualClock clock, ClockSource source, InterruptLine interrupt, IOutputSink output, PrimeCellId id)
        : base(name)
    {
        (_source, _interrupt, _output, _id) = (source, interrupt, output, id);
        _line = new SerialLine(name, clock);
    }

    /// <summary>
    /// Firmware that was only ever run on QEMU may leave the UART off: once it has sent a byte like that, it receives too.
    /// Before, bytes would get lost in the FIFO's own set-up.
    /// </summary>
    public bool CanReceive =>
        ((_control & UartEnable) != 0 || _sentWhileOff) && _count < Size && _line.IsFree;

    private int Size => (_lineControl & FifosEnable) != 0 ? Depth : 1;

    private bool InterruptLevel => (_raw & _mask) != 0;

    private ulong Divisor => (64ul * (_integerBaudRate & 0xFFFF)) + (_fractionalBaudRate & 0x3F);

    /// <summary>A byte from outside; lost when the FIFO is full.</summary>
    public void Receive(byte value)
    {
        if (_count < Size)
        {
            _fifo[(_first + _count++) % Size] = value;
            _raw |= ReceiveInterrupt;
            _line.Occupy(Divisor, _source.Rate, DivisorsInTick);
            Update();
        }
    }

    public override void Reset()
    {
        Array.Clear(_fifo);
        (_first, _count, _lowPower, _integerBaudRate, _fractionalBaudRate, _lineControl) = (0, 0, 0, 0, 0, 0);
        (_control, _fifoLevels, _mask, _raw, _dmaControl) = (ControlAtReset, LevelsAtReset, 0, 0, 0);
        _sentWhileOff = false;
        _line.Clear();
        Update();
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_fifo);
        foreach (var value in (ReadOnlySpan<uint>)
        [
            (uint)_first, (uint)_count, _lowPower, _integerBaudRate, _fractionalBaudRate, _lineControl, _control,
            _fifoLevels, _mask, _raw, _dmaControl,
        ])
        {
            writer.Write(value);
        }

        writer.Write(_sentWhileOff);
    }

    public override void Restore(ref StateReader reader)
    {
        var bytes = reader.ReadBytes();
        var first = reader.ReadUInt32();
        var count = reader.ReadUInt32();
        if (bytes.Length != Depth || first >= Depth || count > Depth)
        {
            throw new InvalidDataException($"state of {Name}: {count} bytes at {first}, expected at most {Depth}");
        }

        bytes.CopyTo(_fifo);
        (_first, _count) = ((int)first, (int)count);
        _lowPower = reader.ReadUInt32();
        _integerBaudRate = reader.ReadUInt32();
        _fractionalBaudRate = reader.ReadUInt32();
        _lineControl = reader.ReadUInt32();
        _control = reader.ReadUInt32();
        _fifoLevels = reader.ReadUInt32();
        _mask = reader.ReadUInt32();
        _raw = reader.ReadUInt32();
        _dmaControl = reader.ReadUInt32();
        _sentWhileOff = reader.ReadBoolean();
        _interrupt.Restore(InterruptLevel);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Data => _fifo[_first],
        Flags => TransmitEmpty | (_count == 0 ? ReceiveEmpty : 0) | (_count == Size ? ReceiveFull : 0),
        LowPower => _lowPower,
        IntegerBaudRate => _integerBaudRate,
        FractionalBaudRate => _fractionalBaudRate,
        LineControl => _lineControl,
        Control => _control,
        FifoLevels => _fifoLevels,
        InterruptMask => _mask,
        RawInterruptStatus => _raw,
        MaskedInterruptStatus => _raw & _mask,
        DmaControl => _dmaControl,
        _ => _id.At(offset),
    };

    protected override uint ReadRegister(uint offset)
    {
        var value = PeekRegister(offset);
        if (offset == Data && _count > 0)
        {
            _count--;
            _first = (_first + 1) % Size;

            // For what is left behind the hardware would time out: RTRIS. A handler that takes a byte a time sees it.
            _raw = _count > 0 ? _raw | ReceiveInterrupt : _raw & ~ReceiveInterrupt;
            Update();
        }

        return value;
    }

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Data:
                _output.Write(Name, (byte)value);
                _raw |= TransmitInterrupt;
                _sentWhileOff |= (_control & UartEnable) == 0;
                break;
            case LowPower:
                _lowPower = value;
                break;
            case IntegerBaudRate:
                _integerBaudRate = value;
                break;
            case FractionalBaudRate:
                _fractionalBaudRate = value;
                break;
            case LineControl:
                SetLineControl(value);
                break;
            case Control:
                _control = value;
                break;
            case FifoLevels:
                _fifoLevels = value;
                break;
            case InterruptMask:
                _mask = value;
                break;
            case InterruptClear:
                _raw &= ~value;
                break;
            case DmaControl:
                _dmaControl = value;
                break;
            default:
                // RSR too: there are no errors to clear.
                return;
        }

        Update();
    }

    private void SetLineControl(uint value)
    {
        if (((_lineControl ^ value) & FifosEnable) != 0)
        {
            (_first, _count) = (0, 0);
        }

        _lineControl = value;
    }

    private void Update() => _interrupt.Level = InterruptLevel;
}

/// <summary>Makes it for board files.</summary>
internal sealed class Pl011Factory : IDeviceFactory
{
    public string Type => "pl011";

    public string Example => "uart0: { type: pl011, address: 0x4000_0000, irq: 0 }";

    public IDevice Create(DeviceSite site) => new Pl011(
        site.Name,
        site.Clock,
        site.CpuClock,
        site.Line(),
        site.Output,
        VariantOption.Read(site) == Variant.Stellaris ? PrimeCellId.Stellaris(0x11) : PrimeCellId.Arm(0x11, revision: 1));
}
