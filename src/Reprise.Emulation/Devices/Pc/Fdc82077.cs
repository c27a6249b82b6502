using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// The floppy controller of a PC (Intel 82077AA, 290166) in AT mode, with up to two drives. Data moves by DMA alone: a
/// program that asks for the other way gets an overrun, as one that is too slow does. Motors and seeks take no time.
/// </summary>
public sealed class Fdc82077 : PortDevice
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
    private const byte Abnormal = 0x40;
    private const byte PollingChanged = 0xC0;
    private const byte EndOfCylinder = 0x80; // status 1
    private const byte Overrun = 0x10;
    private const byte MissingAddress = 0x01;
    private const byte InvalidCommand = 0x80;

    private const byte MultiTrack = 0x80; // of a command
    private const byte ImpliedSeek = 0x40; // of CONFIGURE
    private const byte Locked = 0x80;

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

    private void BeginCommand() => (_main, _at, _length) = (Ready, 0, 0);

    private void TakeByte(byte value)
    {
        if ((_main & (Ready | ToHost)) != Ready)
        {
            return;
        }

        if (_at == 0)
        {
            _length = FloppyCommand.LengthOf(value);
            _main |= Busy;
        }

        _fifo[_at++] = value;
        if (_at == _length)
        {
            Execute();
        }
    }

    private void Execute()
    {
        switch (FloppyCommand.KindOf(Command))
        {
            case FloppyCommand.Kind.Read or FloppyCommand.Kind.Write or FloppyCommand.Kind.Verify or FloppyCommand.Kind.Format:
                BeginTransfer();
                break;
            case FloppyCommand.Kind.ReadId:
                Select(_fifo[1]);
                _status0 = 0;
                End(Selected is null ? Abnormal : (byte)0, Selected is null ? MissingAddress : (byte)0);
                break;
            case FloppyCommand.Kind.Specify:
                (_timer0, _timer1) = ((byte)(_fifo[1] >> 4), (byte)(_fifo[2] >> 1));
                _output = (byte)((_fifo[2] & 1) != 0 ? _output & ~UsesDma : _output | UsesDma);
                BeginCommand();
                break;
            case FloppyCommand.Kind.SenseDrive:
                Select(_fifo[1]);
                Answer((byte)((Selected is null or { Track: 0 } ? 0x10 : 0) | _fifo[1] & 4 | _selected | 0x28));
                break;
            case FloppyCommand.Kind.Recalibrate:
                EndSeek(_fifo[1], 0);
                break;
            case FloppyCommand.Kind.Seek:
                EndSeek(_fifo[1], _fifo[2]);
                break;
            case FloppyCommand.Kind.SenseInterrupt:
                SenseInterrupt();
                break;
            case FloppyCommand.Kind.DumpRegisters:
                Answer(
                    TrackOf(0), TrackOf(1), 0, 0, _timer0, (byte)(_timer1 << 1 | ((_output & UsesDma) != 0 ? 1 : 0)),
                    (byte)(Selected?.Format.Sectors ?? 0),
                    (byte)(_lock | _perpendicular << 2), _config, _precompensation);
                break;
            case FloppyCommand.Kind.Version:
                Answer(0x90);
                break;
            case FloppyCommand.Kind.Perpendicular:
                _perpendicular = (_fifo[1] & 0x80) != 0 ? (byte)(_fifo[1] & 7) : _perpendicular;
                BeginCommand();
                break;
            case FloppyCommand.Kind.Configure:
                (_config, _precompensation) = (_fifo[2], _fifo[3]);
                BeginCommand();
                break;
            case FloppyCommand.Kind.Lock:
                _lock = (byte)(Command & Locked);
                Answer((byte)(_lock >> 3));
                break;
            case FloppyCommand.Kind.PartId:
                Answer(0x41);
                break;
            default:
                Answer(InvalidCommand);
                break;
        }
    }

    private byte TrackOf(int drive) => _drives[drive]?.Track ?? 0;

    private void Select(byte value) => _selected = (byte)(value & 3);

    private void EndSeek(byte drive, byte track)
    {
        Select(drive);
        Selected?.Seek(track);
        _status0 = (byte)((_status0 & ~PollingChanged) | SeekEnd);
        BeginCommand();
        RaiseInterrupt();
    }

    private void SenseInterrupt()
    {
        if (_resets > 0)
        {
            Answer((byte)(PollingChanged + 4 - _resets), Selected?.Track ?? 0);
            _resets--;
        }
        else if (!_requesting)
        {
            Answer(InvalidCommand);
            return;
        }
        else
        {
            Answer((byte)((_status0 & ~7) | _selected), Selected?.Track ?? 0);
        }

        LowerInterrupt();
        _status0 = PollingChanged;
    }

    // Where the transfer begins; the rest comes when the DMA channel is there.
    private void BeginTransfer()
    {
        Select(_fifo[1]);
        _status0 = 0;
        if (Selected is not { } drive)
        {
            End(Abnormal, MissingAddress);
            return;
        }

        var isFormat = FloppyCommand.KindOf(Command) == FloppyCommand.Kind.Format;
        var (track, head, sector) = isFormat ? (drive.Track, (byte)(_fifo[1] >> 2 & 1), (byte)1) : (_fifo[2], _fifo[3], _fifo[4]);
        _last = isFormat ? _fifo[3] : _fifo[6];
        if (track >= drive.Format.Tracks || head >= drive.Format.Heads || sector == 0)
        {
            End(Abnormal, 0);
            return;
        }

        if (sector > drive.Format.Sectors)
        {
            End(Abnormal, EndOfCylinder);
            return;
        }

        if (track != drive.Track && (_config & ImpliedSeek) == 0)
        {
            End(Abnormal, 0);
            return;
        }

        _status0 |= track != drive.Track ? SeekEnd : (byte)0;
        drive.Seek(track);
        (drive.Head, drive.Sector) = (head, sector);
        if ((_output & UsesDma) == 0)
        {
            End(Abnormal, Overrun);
            return;
        }

        _main = Busy;
        _moving = true;
        _dma.Request(DmaChannel, MoveSectors);
    }

    private void MoveSectors()
    {
        _moving = false;
        var drive = Selected!;
        var kind = FloppyCommand.KindOf(Command);
        Span<byte> sector = stackalloc byte[FloppyDrive.SectorSize];
        var left = _dma.LengthOf(DmaChannel);
        if (kind == FloppyCommand.Kind.Format)
        {
            Format(drive, sector, left);
            return;
        }

        var goesOn = true;
        for (int count; left > 0 && goesOn; left -= count)
        {
            count = Math.Min(left, FloppyDrive.SectorSize);
            if (kind != FloppyCommand.Kind.Write || count < FloppyDrive.SectorSize)
            {
                drive.Read(sector);
            }

            if (kind == FloppyCommand.Kind.Write)
            {
                _dma.Move(DmaChannel, sector[..count], toMemory: false);
                drive.Write(sector);
            }
            else if (kind == FloppyCommand.Kind.Read)
            {
                _dma.Move(DmaChannel, sector[..count], toMemory: true);
            }

            goesOn = count < FloppyDrive.SectorSize || NextSector(drive);
        }

        End(0, 0);
    }

    // Four bytes a sector come from memory: track, head, sector, size.
    private void Format(FloppyDrive drive, Span<byte> sector, int left)
    {
        sector.Fill(_fifo[5]);
        Span<byte> id = stackalloc byte[4];
        for (var i = 0; i < _last && left >= id.Length; i++, left -= id.Length)
        {
            _dma.Move(DmaChannel, id, toMemory: false);
            if (id[2] >= 1 && id[2] <= drive.Format.Sectors)
            {
                drive.Sector = id[2];
                drive.Write(sector);
            }
        }

        End(0, 0);
    }

    /// <summary>The sector behind the last one; false when the command goes no further.</summary>
    private bool NextSector(FloppyDrive drive)
    {
        if (drive.Sector < drive.Format.Sectors && drive.Sector != _last)
        {
            drive.Sector++;
            return true;
        }

        drive.Sector = 1;
        if ((Command & MultiTrack) != 0 && drive.Head == 0 && drive.Format.Heads == 2)
        {
            drive.Head = 1;
            return true;
        }

        _status0 |= SeekEnd;
        drive.Head = (Command & MultiTrack) != 0 ? (byte)0 : drive.Head;
        var isLast = drive.Track == drive.Format.Tracks - 1;
        drive.Seek((byte)(drive.Track + 1));
        return (Command & MultiTrack) != 0 && drive.Format.Heads == 2 && !isLast;
    }

    // Seven bytes tell the end of a command that looks at the disk.
    private void End(byte status0, byte status1)
    {
        var drive = Selected;
        var head = drive?.Head ?? 0;
        _status0 = (byte)((_status0 & ~7) | status0 | _selected | head << 2);
        Answer(_status0, status1, 0, drive?.Track ?? 0, head, drive?.Sector ?? 1, 2);
        RaiseInterrupt();
    }

    private void Answer(params ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_fifo);
        (_at, _length, _main) = (0, (byte)bytes.Length, Ready | ToHost | Busy);
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
file sealed class Factory : IDeviceFactory
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
