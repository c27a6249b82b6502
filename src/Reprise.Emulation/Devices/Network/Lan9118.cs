using Reprise.Emulation.Boards;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Network;

// Goal: SMSC's LAN9118 Ethernet controller (data sheet DB-0123) as the MPS2 boards have it on QEMU.
//
// Invariants:
// - A frame comes in by the input port alone, byte by byte (law 3), and only while the receiver is on and has room: nothing is lost.
// - Sending takes no time, and neither does anything behind MAC_CSR_CMD, so no busy bit is ever seen.
// - The line of the interrupt is a function of the registers; power-on leaves it high, as it is active low until told otherwise.

/// <summary>
/// The Ethernet controller LAN9118, in 32-bit mode, with a cable whose other end is its port: what it sends goes to its output,
/// what comes in at its input is received, each frame behind its length (<see cref="FrameAssembler"/>).
/// </summary>
public sealed class Lan9118 : RegisterDevice, IInputPort
{
    private const uint ReceiveDataEnd = 0x20;
    private const uint TransmitDataEnd = 0x40;
    private const uint ReceiveStatus = 0x40;
    private const uint ReceiveStatusPeek = 0x44;
    private const uint TransmitStatus = 0x48;
    private const uint TransmitStatusPeek = 0x4C;
    private const uint IdAndRevision = 0x50;
    private const uint InterruptConfiguration = 0x54;
    private const uint InterruptStatus = 0x58;
    private const uint InterruptEnable = 0x5C;
    private const uint ByteTest = 0x64;
    private const uint FifoLevels = 0x68;
    private const uint ReceiveConfiguration = 0x6C;
    private const uint TransmitConfiguration = 0x70;
    private const uint HardwareConfiguration = 0x74;
    private const uint ReceiveDatapath = 0x78;
    private const uint ReceiveFifo = 0x7C;
    private const uint TransmitFifo = 0x80;
    private const uint PowerManagement = 0x84;
    private const uint PinConfiguration = 0x88;
    private const uint TimerConfiguration = 0x8C;
    private const uint TimerCount = 0x90;
    private const uint WordSwap = 0x98;
    private const uint FreeRun = 0x9C;
    private const uint ReceiveDropped = 0xA0;
    private const uint MacCommand = 0xA4;
    private const uint MacData = 0xA8;
    private const uint FlowControl = 0xAC;
    private const uint EepromCommand = 0xB0;
    private const uint EepromData = 0xB4;
    private const uint LastRegister = EepromData;

    private const uint InterruptPending = 0x1000;
    private const uint InterruptOutput = 0x100;
    private const uint ActiveHigh = 0x11; // IRQ_POL and IRQ_TYPE: a push-pull output

    private const uint SoftwareInterrupt = 0x8000_0000;
    private const uint ReceiverStopped = 0x0100_0000;
    private const uint SentAsAsked = 0x0020_0000;
    private const uint TimerExpired = 0x0008_0000;
    private const uint PhyInterrupt = 0x0004_0000;
    private const uint ReceiverError = 0x4000;
    private const uint TransmitOverrun = 0x0400;
    private const uint TransmitSpace = 0x0200;
    private const uint TransmitStatusFull = 0x0100;
    private const uint TransmitStatusLevel = 0x0080;
    private const uint ReceiveStatusLevel = 0x0008;
    private const uint InterruptsReserved = 0x7C00_1000;

    private const uint SoftReset = 1;
    private const uint DumpFifo = 0x8000;
    private const uint DumpTransmitData = 0x4000;
    private const uint FastForward = 0x8000_0000;
    private const uint Go = 0x8000_0000;
    private const uint ReadMac = 0x4000_0000;
    private const uint TimerEnable = 0x2000_0000;
    private const uint TimerLongest = 0xFFFF;
    private const uint PowerManagementBits = 0x034E;
    private const uint PhyReset = 0x0400;
    private const uint ReceiverControl = 1;

    private const uint TimerFrequency = 10_000;
    private static readonly TickRate _freeRunRate = new(25_000_000);

    private readonly InterruptLine _interrupt;
    private readonly VirtualClock _clock;
    private readonly IOutputSink _output;
    private readonly FrameAssembler _incoming = new();
    private readonly Lan9118Phy _phy = new();
    private readonly Lan9118Mac _mac;
    private readonly Lan9118Eeprom _eeprom;
    private readonly Lan9118Transmitter _transmitter;
    private readonly Lan9118Receiver _receiver = new();
    private readonly DownCounter _timer;
    private readonly DeviceTimer _alarm;
    private readonly uint[] _values = new uint[(LastRegister / 4) + 1];
    private ulong _freeRunStart;
    private uint _dropped;

    /// <param name="name">Name on the board, and of its port.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="interrupt">IRQ.</param>
    /// <param name="output">Where sent frames go.</param>
    /// <param name="address">The MAC address in its EEPROM, the first byte lowest.</param>
    public Lan9118(string name, VirtualClock clock, InterruptLine interrupt, IOutputSink output, ulong address)
        : base(name)
    {
        (_interrupt, _clock, _output) = (interrupt, clock, output);
        _mac = new Lan9118Mac(_phy);
        _eeprom = new Lan9118Eeprom(address);
        _transmitter = new Lan9118Transmitter(Send);
        _timer = new DownCounter(clock, TimerFrequency);
        _alarm = clock.CreateTimer(name, OnTimer);
    }

    public bool CanReceive => _mac.Receives && _receiver.HasRoom;

    private ref uint Status => ref this[InterruptStatus];

    private bool IsPending => (Status & this[InterruptEnable]) != 0;

    private bool InterruptLevel => (IsPending && (this[InterruptConfiguration] & InterruptOutput) != 0)
        == ((this[InterruptConfiguration] & ActiveHigh) == ActiveHigh);

    private ref uint this[uint offset] => ref _values[offset / 4];

    public void Receive(byte value)
    {
        if (_incoming.Add(value))
        {
            Deliver(_incoming.Frame);
            Update();
        }
    }

    public override void Reset()
    {
        Array.Clear(_values);
        this[FifoLevels] = 0x4800_0000;
        this[HardwareConfiguration] = 0x0005_0004;
        this[PowerManagement] = 1;
        this[TimerConfiguration] = TimerLongest;
        _timer.Configure(running: false, reload: TimerLongest);
        _timer.SetCount(TimerLongest);
        _alarm.Clear();
        _freeRunStart = _freeRunRate.TicksAt(_clock.Now);
        _dropped = 0;
        _transmitter.Reset();
        _receiver.Clear();
        _phy.Reset();
        _mac.Reset();
        _mac.Address = _eeprom.Reload(_mac.Address);
        _eeprom.Reset();
        Update();
    }

    public override void Save(StateWriter writer)
    {
        foreach (var value in _values)
        {
            writer.Write(value);
        }

        writer.Write(_freeRunStart);
        writer.Write(_dropped);
        _incoming.Save(writer);
        _phy.Save(writer);
        _mac.Save(writer);
        _eeprom.Save(writer);
        _transmitter.Save(writer);
        _receiver.Save(writer);
        _timer.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        foreach (ref var value in _values.AsSpan())
        {
            value = reader.ReadUInt32();
        }

        _freeRunStart = reader.ReadUInt64();
        _dropped = reader.ReadUInt32();
        _incoming.Restore(ref reader);
        _phy.Restore(ref reader);
        _mac.Restore(ref reader);
        _eeprom.Restore(ref reader);
        _transmitter.Restore(ref reader);
        _receiver.Restore(ref reader);
        _timer.Restore(ref reader);
        _interrupt.Restore(InterruptLevel);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        < ReceiveDataEnd => _receiver.Peek(this[ReceiveConfiguration]),
        ReceiveStatus or ReceiveStatusPeek => _receiver.Status.First,
        TransmitStatus or TransmitStatusPeek => _transmitter.Status.First,
        < TransmitDataEnd => 0,
        IdAndRevision => 0x0118_0001,
        InterruptConfiguration => this[InterruptConfiguration] | (IsPending ? InterruptPending : 0),
        ByteTest => 0x8765_4321,
        ReceiveFifo => ((uint)_receiver.Status.Count << 16) | _receiver.Used,
        TransmitFifo => ((uint)_transmitter.Status.Count << 16) | _transmitter.Free,
        TimerCount => _timer.Count,
        FreeRun => (uint)(_freeRunRate.TicksAt(_clock.Now) - _freeRunStart),
        ReceiveDropped => _dropped,
        EepromCommand => _eeprom.Command,
        EepromData => _eeprom.Data,
        <= LastRegister => this[offset],
        _ => 0,
    };

    protected override uint ReadRegister(uint offset)
    {
        var value = PeekRegister(offset);
        switch (offset)
        {
            case < ReceiveDataEnd when !_receiver.TryTake(this[ReceiveConfiguration], out value):
                Status |= ReceiverError;
                Update();
                break;
            case ReceiveStatus:
                _receiver.Status.TryTake(out _);
                break;
            case TransmitStatus:
                _transmitter.Status.TryTake(out _);
                break;
            case ReceiveDropped:
                _dropped = 0;
                break;
        }

        return value;
    }

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case >= ReceiveDataEnd and < TransmitDataEnd:
                Transmit(value);
                break;
            case InterruptConfiguration:
                this[offset] = value & (InterruptOutput | ActiveHigh);
                break;
            case InterruptStatus:
                Status &= ~value;
                break;
            case InterruptEnable:
                this[offset] = value & ~InterruptsReserved;
                Status |= value & SoftwareInterrupt;
                break;
            case ReceiveConfiguration:
                this[offset] = value & 0xCFFF_1FF0;
                Clear(_receiver, (value & DumpFifo) != 0);
                break;
            case TransmitConfiguration:
                this[offset] = value & 6;
                DumpTransmitter(value);
                break;
            case HardwareConfiguration when (value & SoftReset) != 0:
                ResetBySoftware();
                break;
            case HardwareConfiguration:
                this[offset] = (value & 0x0003_F300) | (this[offset] & 4);
                break;
            case ReceiveDatapath when (value & FastForward) != 0:
                _receiver.FastForward(this[ReceiveConfiguration]);
                break;
            case PowerManagement:
                this[offset] = (this[offset] & ~PowerManagementBits) | (value & PowerManagementBits);
                if ((value & PhyReset) != 0)
                {
                    _phy.Reset();
                }

                break;
            case PinConfiguration:
                this[offset] = value & 0x7777_071F;
                break;
            case TimerConfiguration:
                SetTimer(value);
                break;
            case MacCommand:
                AccessMac(value);
                break;
            case FlowControl:
                this[offset] = value & 0x00FF_FFFF;
                break;
            case EepromCommand:
                _mac.Address = _eeprom.Execute(value, _mac.Address);
                break;
            case EepromData:
                _eeprom.Data = value & 0xFF;
                break;
            case FifoLevels or WordSwap or MacData:
                this[offset] = value;
                break;
        }

        Update();
    }

    private void ResetBySoftware()
    {
        var (configuration, power, swap) =
            (this[InterruptConfiguration] & ActiveHigh, this[PowerManagement] & 0x45, this[WordSwap]);
        Reset();
        (this[InterruptConfiguration], this[PowerManagement], this[WordSwap]) = (configuration, power, swap);
        Update();
    }

    private static void Clear(Lan9118Receiver receiver, bool wanted)
    {
        if (wanted)
        {
            receiver.Clear();
        }
    }

    private void DumpTransmitter(uint value)
    {
        if ((value & DumpFifo) != 0)
        {
            _transmitter.Status.Clear();
        }

        if ((value & DumpTransmitData) != 0)
        {
            _transmitter.Discard();
        }
    }

    private void Transmit(uint word)
    {
        var sent = _transmitter.Write(word);
        Status |= (sent & Lan9118Sent.Completed) != 0 ? SentAsAsked : 0;
        Status |= (sent & Lan9118Sent.Overrun) != 0 ? TransmitOverrun : 0;
        if ((sent & Lan9118Sent.Frame) != 0)
        {
            Status |= _transmitter.Status.Free == 0 ? TransmitStatusFull : 0;
            Status |= _transmitter.Status.Count > ((this[FifoLevels] >> 16) & 0xFF) ? TransmitStatusLevel : 0;
            Status |= _transmitter.Free > (this[FifoLevels] >> 24) * 64 ? TransmitSpace : 0;
        }
    }

    private void Send(ReadOnlySpan<byte> frame)
    {
        if (_phy.IsLoopback || _mac.IsLoopback)
        {
            Deliver(frame);
        }
        else
        {
            FrameAssembler.Send(frame, _output, Name);
        }
    }

    private void Deliver(ReadOnlySpan<byte> sent)
    {
        // What is shorter can't have come along a cable.
        Span<byte> padded = stackalloc byte[FrameAssembler.ShortestFrame];
        padded.Clear();
        sent[..Math.Min(sent.Length, padded.Length)].CopyTo(padded);
        var frame = sent.Length < padded.Length ? padded : sent;
        var isOurs = _mac.Accepts(frame);
        if (!isOurs && !_mac.TakesAll)
        {
            return;
        }

        if (!_mac.Receives || !_receiver.TryAdd(frame, this[ReceiveConfiguration], isOurs))
        {
            _dropped++;
            return;
        }

        Status |= _receiver.Status.Count > (this[FifoLevels] & 0xFF) ? ReceiveStatusLevel : 0;
    }

    private void AccessMac(uint value)
    {
        this[MacCommand] = value & 0x4000_000F;
        var register = value & 0xF;
        if ((value & Go) == 0)
        {
            return;
        }

        if ((value & ReadMac) != 0)
        {
            this[MacData] = _mac.Read(register);
            return;
        }

        var received = _mac.Receives;
        _mac.Write(register, this[MacData]);
        Status |= register == ReceiverControl && received && !_mac.Receives ? ReceiverStopped : 0;
    }

    private void SetTimer(uint value)
    {
        var wasRunning = _timer.Running;
        var runs = (value & TimerEnable) != 0;
        this[TimerConfiguration] = value & (TimerEnable | TimerLongest);
        _timer.Configure(runs, value & TimerLongest);
        if (runs != wasRunning)
        {
            _timer.SetCount(runs ? value & TimerLongest : TimerLongest);
        }

        _alarm.Set(_timer.NextZero);
    }

    private void OnTimer()
    {
        Status |= TimerExpired;
        _alarm.Set(_timer.NextZero);
        Update();
    }

    private void Update()
    {
        Status = (Status & ~PhyInterrupt) | (_phy.IsRequesting ? PhyInterrupt : 0);
        _interrupt.Level = InterruptLevel;
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Lan9118Factory : IDeviceFactory
{
    public string Type => "lan9118";

    /// <summary>Its EEPROM; and a frame that is under way along the cable comes whole.</summary>
    public bool KeepsStateOnReset => true;

    public string Example => "ethernet: { type: lan9118, address: 0x4000_0000, irq: 0, mac: 52-54-00-12-34-56 }";

    public IDevice Create(DeviceSite site) =>
        new Lan9118(site.Name, site.Clock, site.Line(), site.Output, MacAddress.Read(site));
}
