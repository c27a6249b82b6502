using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Nordic;

/// <summary>
/// UART0 of the nRF51 (Reference Manual 3.0, chapter 29): six bytes of receive buffer; a byte sent leaves at once.
/// Input comes at the baud rate.
/// </summary>
public sealed class Nrf51Uart(string name, SerialLine line, InterruptLine interrupt, IOutputSink output)
    : RegisterDevice(name), IInputPort
{
    private const uint StartReceive = 0x000;
    private const uint StopReceive = 0x004;
    private const uint StartTransmit = 0x008;
    private const uint StopTransmit = 0x00C;
    private const uint Suspend = 0x01C;
    private const uint ReceiveReady = 0x108;
    private const uint TransmitReady = 0x11C;
    private const uint ErrorEvent = 0x124;
    private const uint ReceiveTimeout = 0x144;
    private const uint InterruptEnable = 0x300;
    private const uint InterruptSet = 0x304;
    private const uint InterruptClear = 0x308;
    private const uint ErrorSource = 0x480;
    private const uint Enable = 0x500;
    private const uint ReceiveData = 0x518;
    private const uint TransmitData = 0x51C;
    private const uint BaudRate = 0x524;
    private const uint Configuration = 0x56C;

    private const uint EnabledValue = 4;
    private const uint BaudRateAtReset = 0x0400_0000;
    private const int BufferSize = 6;

    private static readonly TickRate _peripheralClock = new(16_000_000);

    /// <summary>Bit of INTEN for an event: its offset from 0x100 in words (section 7.1.7).</summary>
    private static readonly uint[] _events = [ReceiveReady, TransmitReady, ErrorEvent, ReceiveTimeout];

    /// <summary>Registers that hold what is written, with nothing behind: pins, baud rate, configuration.</summary>
    private static readonly uint[] _plain = [0x200, 0x508, 0x50C, 0x510, 0x514, BaudRate, Configuration];

    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly uint[] _values = InitialValues();
    private int _count;
    private uint _raised;
    private uint _enabledInterrupts;
    private uint _errors;
    private bool _enabled;
    private bool _receives;
    private bool _transmits;

    public bool CanReceive => _receives && _count < BufferSize && line.IsFree;

    /// <summary>A byte from outside: lost when the receiver is off, an overrun when the buffer is full.</summary>
    public void Receive(byte value)
    {
        if (!_receives)
        {
            return;
        }

        if (_count == BufferSize)
        {
            _errors |= 1;
            Raise(ErrorEvent);
        }
        else
        {
            _buffer[_count++] = value;
            Raise(ReceiveReady);
        }

        // BAUDRATE is the part of 2^32 that is sent at each tick of 16 MHz.
        var rate = _values[Array.IndexOf(_plain, BaudRate)];
        line.Occupy(rate == 0 ? 0 : 1ul << 32, _peripheralClock, Math.Max(rate, 1));
        Update();
    }

    public override void Reset()
    {
        line.Clear();
        InitialValues().CopyTo(_values, 0);
        Array.Clear(_buffer);
        (_count, _raised, _enabledInterrupts, _errors) = (0, 0, 0, 0);
        (_enabled, _receives, _transmits) = (false, false, false);
        Update();
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_buffer.AsSpan(0, _count));
        foreach (var value in (ReadOnlySpan<uint>)[.. _values, _raised, _enabledInterrupts, _errors])
        {
            writer.Write(value);
        }

        writer.Write(_enabled);
        writer.Write(_receives);
        writer.Write(_transmits);
    }

    public override void Restore(ref StateReader reader)
    {
        var bytes = reader.ReadBytes();
        if (bytes.Length > BufferSize)
        {
            throw new InvalidDataException($"state of {Name}: {bytes.Length} bytes received, expected at most 6");
        }

        Array.Clear(_buffer);
        bytes.CopyTo(_buffer);
        _count = bytes.Length;
        for (var i = 0; i < _values.Length; i++)
        {
            _values[i] = reader.ReadUInt32();
        }

        _raised = reader.ReadUInt32();
        _enabledInterrupts = reader.ReadUInt32();
        _errors = reader.ReadUInt32();
        _enabled = reader.ReadBoolean();
        _receives = reader.ReadBoolean();
        _transmits = reader.ReadBoolean();
        interrupt.Restore(InterruptLevel);
    }

    // Off, it reads as zero, as in QEMU.
    protected override uint PeekRegister(uint offset) => offset switch
    {
        _ when !_enabled => 0,
        ReceiveData => _count > 0 ? _buffer[0] : 0u,
        InterruptEnable or InterruptSet or InterruptClear => _enabledInterrupts,
        ErrorSource => _errors,
        Enable => EnabledValue,
        _ when Array.IndexOf(_events, offset) >= 0 => (_raised >> Bit(offset)) & 1,
        _ when Array.IndexOf(_plain, offset) is >= 0 and var index => _values[index],
        _ => 0,
    };

    protected override uint ReadRegister(uint offset)
    {
        var value = PeekRegister(offset);
        if (offset == ReceiveData && _enabled && _count > 0)
        {
            _buffer.AsSpan(1, --_count).CopyTo(_buffer);
            if (_count > 0)
            {
                Raise(ReceiveReady);
            }

            Update();
        }

        return value;
    }

    protected override void WriteRegister(uint offset, uint value)
    {
        if (!_enabled && offset != Enable)
        {
            return;
        }

        switch (offset)
        {
            case StartReceive:
                _receives |= value == 1;
                break;
            case StartTransmit:
                _transmits |= value == 1;
                break;
            case StopTransmit:
                _transmits &= value != 1;
                break;
            case StopReceive or Suspend when value == 1:
                StopReceiving(alsoTransmitter: offset == Suspend);
                break;
            case Enable:
                _enabled = value == EnabledValue;
                if (!_enabled)
                {
                    StopReceiving(alsoTransmitter: true);
                }

                break;
            case TransmitData when _transmits:
                output.Write(Name, (byte)value);
                Raise(TransmitReady);
                break;
            case InterruptEnable:
                _enabledInterrupts = value;
                break;
            case InterruptSet:
                _enabledInterrupts |= value;
                break;
            case InterruptClear:
                _enabledInterrupts &= ~value;
                break;
            case ErrorSource:
                _errors &= ~value;
                break;
            default:
                WriteOther(offset, value);
                break;
        }

        Update();
    }

    private static uint[] InitialValues()
    {
        var values = new uint[_plain.Length];
        values[Array.IndexOf(_plain, BaudRate)] = BaudRateAtReset;
        return values;
    }

    private static int Bit(uint offset) => (int)(offset - 0x100) / 4;

    private void WriteOther(uint offset, uint value)
    {
        if (Array.IndexOf(_plain, offset) is >= 0 and var index)
        {
            _values[index] = value;
        }
        else if (Array.IndexOf(_events, offset) >= 0 && value == 0)
        {
            _raised &= ~(1u << Bit(offset));
        }
    }

    private void StopReceiving(bool alsoTransmitter)
    {
        _transmits &= !alsoTransmitter;
        _receives = false;
        Raise(ReceiveTimeout);
    }

    private void Raise(uint offset) => _raised |= 1u << Bit(offset);

    private bool InterruptLevel => (_raised & _enabledInterrupts) != 0;

    private void Update() => interrupt.Level = InterruptLevel;
}

/// <summary>Makes it for board files.</summary>
internal sealed class Nrf51UartFactory : IDeviceFactory
{
    public string Type => "nrf51-uart";

    public string Example =>
        "uart0: { type: nrf51-uart, address: 0x4000_0000, irq: 0 }";

    public IDevice Create(DeviceSite site) => new Nrf51Uart(site.Name, new SerialLine(site.Name, site.Clock), site.Line(), site.Output);
}
