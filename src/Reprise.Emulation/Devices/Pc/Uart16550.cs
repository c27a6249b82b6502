using Reprise.Emulation.Boards;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// A serial port of a PC (National PC16550D): eight ports, FIFOs of 16 bytes. As on QEMU, a byte sent leaves at once and
/// OUT2 does not gate the interrupt; modem lines are those of a peer that is ready. Input comes at the baud rate.
/// </summary>
public sealed class Uart16550 : PortDevice, IInputPort
{
    private const uint Data = 0;
    private const uint Enable = 1;
    private const uint Identification = 2; // read; FIFO control when written
    private const uint LineControl = 3;
    private const uint ModemControl = 4;
    private const uint LineStatus = 5;
    private const uint ModemStatus = 6;
    private const uint Scratch = 7;

    private const byte ReceiveEnable = 1; // Enable
    private const byte TransmitEnable = 2;
    private const byte LineEnable = 4;
    private const byte ModemEnable = 8;

    private const byte NoInterrupt = 1; // Identification
    private const byte TransmitInterrupt = 2;
    private const byte ReceiveInterrupt = 4;
    private const byte LineInterrupt = 6;
    private const byte TimeoutInterrupt = 12;

    private const byte FifoEnable = 1; // FIFO control
    private const byte DivisorLatch = 0x80; // LineControl
    private const byte Loopback = 0x10; // ModemControl

    private const byte DataReady = 1; // LineStatus
    private const byte Overrun = 2;
    private const byte Break = 0x10;
    private const byte TransmitterEmpty = 0x60; // holding register and shift register
    private const byte LineErrors = 0x1E;

    private const byte PeerReady = 0xB0; // ModemStatus: DCD, DSR, CTS
    private const byte ModemChanges = 0x0F;

    private const int FifoSize = 16;

    /// <summary>Bit time at a divisor of 1, in ns: 16 periods of 1.8432 MHz.</summary>
    private const ulong BitTime = 8_680;

    /// <summary>16 periods of 1.8432 MHz a tick.</summary>
    private static readonly TickRate _divisorRate = new(115_200);

    private readonly VirtualClock _clock;
    private readonly InterruptLine _interrupt;
    private readonly IOutputSink _output;
    private readonly DeviceTimer _timeout;
    private readonly SerialLine _line;
    private readonly ByteFifo _fifo = new(FifoSize);
    private byte _holding;
    private uint _divisor;
    private byte _enable;
    private byte _fifoControl;
    private byte _lineControl;
    private byte _modemControl;
    private byte _lineStatus;
    private byte _modemStatus;
    private byte _scratch;
    private bool _transmitPending;
    private bool _timedOut;

    /// <param name="name">Name on the board, and of its port.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="interrupt">INTR.</param>
    /// <param name="output">Where sent bytes go.</param>
    public Uart16550(string name, VirtualClock clock, InterruptLine interrupt, IOutputSink output)
        : base(name)
    {
        _clock = clock;
        _interrupt = interrupt;
        _output = output;
        _timeout = clock.CreateTimer(name, OnTimeout);
        _line = new SerialLine(name, clock);
        PowerOn();
    }

    public bool CanReceive =>
        (_modemControl & Loopback) == 0 && (HasFifo ? _fifo.Room > 0 : (_lineStatus & DataReady) == 0) && _line.IsFree;

    private bool HasFifo => (_fifoControl & FifoEnable) != 0;

    private int TriggerLevel => (_fifoControl >> 6) switch
    {
        0 => 1,
        1 => 4,
        2 => 8,
        _ => 14,
    };

    private bool IsReceiveDue => (_lineStatus & DataReady) != 0 && (!HasFifo || _fifo.Count >= TriggerLevel);

    private byte Pending =>
        (_enable & LineEnable) != 0 && (_lineStatus & LineErrors) != 0 ? LineInterrupt
        : (_enable & ReceiveEnable) != 0 && _timedOut ? TimeoutInterrupt
        : (_enable & ReceiveEnable) != 0 && IsReceiveDue ? ReceiveInterrupt
        : (_enable & TransmitEnable) != 0 && _transmitPending ? TransmitInterrupt
        : (_enable & ModemEnable) != 0 && (_modemStatus & ModemChanges) != 0 ? (byte)0
        : NoInterrupt;

    public void Receive(byte value)
    {
        if ((_modemControl & Loopback) == 0)
        {
            Take(value);
            _line.Occupy(_divisor, _divisorRate);
        }
    }

    public override void Reset()
    {
        _line.Clear();
        PowerOn();
        _timeout.Clear();
        _interrupt.Level = false;
    }

    public override void Save(StateWriter writer)
    {
        _fifo.Save(writer);
        writer.Write(_divisor);
        writer.Write([
            _enable, _fifoControl, _lineControl, _modemControl, _lineStatus, _modemStatus, _scratch, _holding,
        ]);
        writer.Write(_transmitPending);
        writer.Write(_timedOut);
    }

    public override void Restore(ref StateReader reader)
    {
        _fifo.Restore(ref reader);
        _divisor = reader.ReadUInt32();
        var bytes = reader.ReadBytes();
        if (bytes.Length != 8)
        {
            throw new InvalidDataException($"state of a 16550: {bytes.Length} registers, expected 8");
        }

        (_enable, _fifoControl, _lineControl, _modemControl) = (bytes[0], bytes[1], bytes[2], bytes[3]);
        (_lineStatus, _modemStatus, _scratch, _holding) = (bytes[4], bytes[5], bytes[6], bytes[7]);
        _transmitPending = reader.ReadBoolean();
        _timedOut = reader.ReadBoolean();
        _interrupt.Restore(Pending != NoInterrupt);
    }

    protected override byte PeekPort(uint offset) => offset switch
    {
        Data when IsDivisorShown => (byte)_divisor,
        Enable when IsDivisorShown => (byte)(_divisor >> 8),
        Data => HasFifo ? _fifo.First : _holding,
        Enable => _enable,
        Identification => (byte)(Pending | (HasFifo ? 0xC0 : 0)),
        LineControl => _lineControl,
        ModemControl => _modemControl,
        LineStatus => _lineStatus,
        ModemStatus => (_modemControl & Loopback) != 0
            ? (byte)(((_modemControl & 0x0C) << 4) | ((_modemControl & 2) << 3) | ((_modemControl & 1) << 5))
            : _modemStatus,
        Scratch => _scratch,
        _ => Open,
    };

    protected override void AfterRead(uint offset)
    {
        switch (offset)
        {
            case Data when !IsDivisorShown:
                _timedOut = false;
                _fifo.Take();
                if (_fifo.Count == 0)
                {
                    _lineStatus &= unchecked((byte)~(DataReady | Break));
                    _timeout.Clear();
                }
                else
                {
                    StartTimeout();
                }

                break;
            case Identification when Pending == TransmitInterrupt:
                _transmitPending = false;
                break;
            case LineStatus:
                _lineStatus &= unchecked((byte)~(Break | Overrun));
                break;
            case ModemStatus when (_modemControl & Loopback) == 0:
                _modemStatus &= unchecked((byte)~ModemChanges);
                break;
            default:
                return;
        }

        Update();
    }

    protected override void WritePort(uint offset, byte value)
    {
        switch (offset)
        {
            case Data when IsDivisorShown:
                _divisor = (_divisor & 0xFF00) | value;
                break;
            case Enable when IsDivisorShown:
                _divisor = (_divisor & 0xFF) | ((uint)value << 8);
                break;
            case Data:
                Send(value);
                break;
            case Enable:
                // Enabling the transmitter's interrupt while it is empty asks for it at once.
                _transmitPending = (value & TransmitEnable) != 0
                    && ((_enable & TransmitEnable) == 0 || _transmitPending);
                _enable = (byte)(value & 0x0F);
                break;
            case Identification:
                WriteFifoControl(value);
                break;
            case LineControl:
                _lineControl = value;
                break;
            case ModemControl:
                _modemControl = (byte)(value & 0x1F);
                break;
            case Scratch:
                _scratch = value;
                break;
        }

        Update();
    }

    private bool IsDivisorShown => (_lineControl & DivisorLatch) != 0;

    // The line falls when the holding register fills, and rises when it is empty again: an edge for the controller.
    private void Send(byte value)
    {
        _transmitPending = false;
        Update();
        if ((_modemControl & Loopback) != 0)
        {
            Take(value);
        }
        else
        {
            _output.Write(Name, value);
        }

        _transmitPending = true;
    }

    private void Take(byte value)
    {
        if (HasFifo ? _fifo.Room == 0 : (_lineStatus & DataReady) != 0)
        {
            _lineStatus |= Overrun;
        }

        if (HasFifo)
        {
            _fifo.Add(value);
            StartTimeout();
        }
        else
        {
            _holding = value;
        }

        _lineStatus |= DataReady;
        Update();
    }

    private void WriteFifoControl(byte value)
    {
        var switched = ((value ^ _fifoControl) & FifoEnable) != 0;
        if (switched || (value & 2) != 0)
        {
            _fifo.Clear();
            _lineStatus &= unchecked((byte)~(DataReady | Break));
            _timedOut = false;
            _timeout.Clear();
        }

        _transmitPending |= switched || (value & 4) != 0;
        _fifoControl = (byte)(value & 0xC9);
    }

    // Fewer bytes than the trigger level are told of once four characters' time has passed without another.
    private void StartTimeout()
    {
        var bits = 7ul + (_lineControl & 3u) + ((uint)_lineControl >> 3 & 1) + ((uint)_lineControl >> 2 & 1);
        var length = 4 * bits * BitTime * Math.Max(_divisor, 1);
        _timeout.Set(_clock.Now > ulong.MaxValue - length ? ulong.MaxValue : _clock.Now + length);
    }

    private void OnTimeout()
    {
        _timedOut = _fifo.Count > 0;
        Update();
    }

    private void Update() => _interrupt.Level = Pending != NoInterrupt;

    private void PowerOn()
    {
        _fifo.Clear();
        (_divisor, _enable, _fifoControl, _lineControl, _modemControl) = (12, 0, 0, 0, 0x08);
        (_lineStatus, _modemStatus, _scratch, _holding) = (TransmitterEmpty, PeerReady, 0, 0);
        _transmitPending = _timedOut = false;
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Uart16550Factory : IDeviceFactory
{
    public string Type => "uart-16550";

    public bool IsOnBus => false;

    public IReadOnlyList<PortRange> Ports => [new("ports", 8)];

    public string Example =>
        """
        pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0, edges: 0x4D0 }, wires: { intr: intr } }
        uart0: { type: uart-16550, ports: 0x3F8, irq: pic.irq4 }
        """;

    public IDevice Create(DeviceSite site) => new Uart16550(site.Name, site.Clock, site.Line(), site.Output);
}
