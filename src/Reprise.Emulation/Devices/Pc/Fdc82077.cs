using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// The floppy controller of a PC (Intel 82077AA, 290166) in AT mode, with up to two drives. Data moves by DMA alone: a
/// program that asks for the other way gets an overrun, as one that is too slow does. Motors and seeks take no time.
/// </summary>
public sealed partial class Fdc82077 : PortDevice
{
    // Offsets from 3F0h.
    private const uint StatusB = 1;
    private const uint DigitalOutput = 2;
    private const uint TapeDrive = 3;
    private const uint MainStatus = 4; // written: data rate select
    private const uint Fifo = 5;
    private const uint DigitalInput = 7; // written: configuration control

    private const byte Runs = 0x04; // digital output: not reset
    private const byte UsesDma = 0x08;
    private const byte SoftReset = 0x80; // data rate select
    private const byte BootDrive = 0x04; // tape drive register

    private const byte Ready = 0x80; // main status: a byte may be moved
    private const byte ToHost = 0x40;
    private const byte Busy = 0x10;

    private const byte SeekEnd = 0x20; // status 0
    private const byte PollingChanged = 0xC0;

    private const int DmaChannel = 2;
    private const int FifoSize = 16;

    private readonly FloppyDrive?[] _drives;
    private readonly Dma8237 _dma;
    private readonly InterruptLine _line;
    private readonly byte[] _fifo = new byte[FifoSize];
    private byte _output = Runs | UsesDma;
    private byte _statusB = 0xC0;
    private byte _tape;
    private byte _rate = 2;
    private byte _main = Ready;
    private byte _status0;
    private byte _at;
    private byte _length; // of the command, or of the result
    private byte _resets; // drives whose polling is still to be told
    private byte _selected;
    private bool _requesting;
    private bool _moving; // a command waits for its DMA channel
    private byte _config = ImpliedSeek | 0x20;
    private byte _precompensation;
    private byte _timer0;
    private byte _timer1;
    private byte _last; // sectors of a track, as the last command said
    private byte _perpendicular;
    private byte _lock;

    internal Fdc82077(string name, FloppyDrive? a, FloppyDrive? b, Dma8237 dma, InterruptLine line)
        : base(name)
    {
        _drives = [a, b];
        _dma = dma;
        _line = line;
    }

    private FloppyDrive? Selected => _selected < 2 && _drives[_selected] is { IsPresent: true } drive ? drive : null;

    private byte Command => _fifo[0];

    public override void Reset()
    {
        Array.Clear(_fifo);
        (_tape, _rate, _config, _precompensation, _timer0, _timer1) = (0, 2, ImpliedSeek | 0x20, 0, 0, 0);
        (_last, _perpendicular, _lock, _status0, _output) = (0, 0, 0, 0, Runs | UsesDma);
        ResetController();
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_fifo);
        writer.Write([
            _output, _statusB, _tape, _rate, _main, _status0, _at, _length, _resets, _selected, _config, _precompensation,
            _timer0, _timer1, _last, _perpendicular, _lock]);
        writer.Write(_requesting);
        writer.Write(_moving);
    }

    public override void Restore(ref StateReader reader)
    {
        var fifo = reader.ReadBytes();
        var bytes = reader.ReadBytes();
        if (fifo.Length != FifoSize || bytes.Length != 17 || bytes[6] > FifoSize || bytes[7] > FifoSize)
        {
            throw new InvalidDataException("state of a floppy controller: its lengths are not those of one");
        }

        fifo.CopyTo(_fifo);
        (_output, _statusB, _tape, _rate, _main, _status0) = (bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
        (_at, _length, _resets, _selected) = (bytes[6], bytes[7], bytes[8], (byte)(bytes[9] & 3));
        (_config, _precompensation, _timer0, _timer1) = (bytes[10], bytes[11], bytes[12], bytes[13]);
        (_last, _perpendicular, _lock) = (bytes[14], bytes[15], bytes[16]);
        _requesting = reader.ReadBoolean();
        _moving = reader.ReadBoolean();
        _line.Restore(_requesting);
        _dma.Restore(DmaChannel, _moving ? MoveSectors : null);
    }

    protected override byte PeekPort(uint offset) => offset switch
    {
        StatusB => _statusB,
        DigitalOutput => (byte)(_output & ~3 | _selected),
        TapeDrive => _tape,
        MainStatus => _main,
        Fifo => (_main & (Ready | ToHost)) == (Ready | ToHost) ? _fifo[_at] : (byte)0,
        DigitalInput => (byte)(_selected < 2 && _drives[_selected]?.IsChanged == true ? 0x80 : 0),
        _ => Open,
    };

    protected override void AfterRead(uint offset)
    {
        if (offset != Fifo || (_main & (Ready | ToHost)) != (Ready | ToHost))
        {
            return;
        }

        LowerInterrupt();
        if (++_at == _length)
        {
            BeginCommand();
        }
    }

    protected override void WritePort(uint offset, byte value)
    {
        switch (offset)
        {
            case DigitalOutput:
                WriteOutput(value);
                break;
            case TapeDrive when (_output & Runs) != 0:
                _tape = (byte)(value & BootDrive);
                break;
            case MainStatus when (_output & Runs) != 0:
                if ((value & SoftReset) != 0)
                {
                    ResetByProgram();
                }

                _rate = value;
                break;
            case Fifo when (_output & Runs) != 0:
                TakeByte(value);
                break;
            case DigitalInput when (_output & Runs) != 0:
                _rate = (byte)((_rate & ~3) | (value & 3));
                break;
        }
    }

    private void WriteOutput(byte value)
    {
        _statusB = (byte)(0xC0 | (value >> 4 & 3) | ((value & 1) != 0 ? 0x20 : 0));
        var starts = (_output & Runs) == 0 && (value & Runs) != 0;
        if (starts)
        {
            ResetByProgram();
        }

        _selected = (byte)(value & 3);
        _output = value;
    }

    private void ResetByProgram()
    {
        ResetController();
        _status0 = PollingChanged;
        RaiseInterrupt();
        _resets = 4;
    }

    private void ResetController()
    {
        LowerInterrupt();
        if (_moving)
        {
            _dma.Release(DmaChannel);
        }

        (_moving, _statusB, _selected, _resets) = (false, 0xC0, 0, 0);
        _output |= Runs | UsesDma;
        foreach (var drive in _drives)
        {
            drive?.Seek(0);
        }

        BeginCommand();
    }

    private void RaiseInterrupt()
    {
        _requesting = true;
        _line.Level = true;
        _resets = 0;
    }

    private void LowerInterrupt()
    {
        _requesting = false;
        _line.Level = false;
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Fdc82077Factory : IDeviceFactory
{
    public string Type => "fdc-82077";

    public bool IsOnBus => false;

    public IReadOnlyList<PortRange> Ports => [new("registers", 6), new("input", 1, Offset: 7)];

    public string Example =>
        """
        pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0 }, wires: { intr: intr } }
        dma: { type: dma-8237, ports: { first: 0x00, pages: 0x80, second: 0xC0 } }
        fda: { type: floppy-drive }
        fdc: { type: fdc-82077, ports: { registers: 0x3F0, input: 0x3F7 }, dma: dma, a: fda, irq: pic.irq6 }
        """;

    public IDevice Create(DeviceSite site) => new Fdc82077(
        site.Name,
        site.OptionalDevice<FloppyDrive>("a"),
        site.OptionalDevice<FloppyDrive>("b"),
        site.Device<Dma8237>("dma"),
        site.OptionalLine());
}
