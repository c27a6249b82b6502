namespace Reprise.Emulation.Devices.Pc;

/// <content>What the commands do: seeks, transfers by DMA, results.</content>
public sealed partial class Fdc82077
{
    private const byte Abnormal = 0x40; // status 0
    private const byte EndOfCylinder = 0x80; // status 1
    private const byte Overrun = 0x10;
    private const byte MissingAddress = 0x01;
    private const byte InvalidCommand = 0x80;

    private const byte MultiTrack = 0x80; // of a command
    private const byte ImpliedSeek = 0x40; // of CONFIGURE
    private const byte Locked = 0x80;

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
                Answer((byte)((Selected is null or { Track: 0 } ? 0x10 : 0) | (Selected is { HasDisk: false } ? 0x40 : 0)
                    | _fifo[1] & 4 | _selected | 0x28));
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
            Fail(0, track, head, sector);
            return;
        }

        if (sector > drive.Format.Sectors)
        {
            Fail(EndOfCylinder, track, head, sector);
            return;
        }

        if (track != drive.Track && (_config & ImpliedSeek) == 0)
        {
            Fail(0, track, head, sector);
            return;
        }

        _status0 |= track != drive.Track && drive.HasDisk ? SeekEnd : (byte)0;
        drive.Seek(track);
        (drive.Head, drive.Sector) = (head, sector);
        if (!drive.HasDisk)
        {
            Fail(0, track, head, sector);
            return;
        }

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

    /// <summary>Ends a command whose place is not on the disk: that place is what it tells.</summary>
    private void Fail(byte status1, byte track, byte head, byte sector)
    {
        End(Abnormal, status1);
        (_fifo[3], _fifo[4], _fifo[5]) = (track, head, sector);
    }

    private void Answer(params ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_fifo);
        (_at, _length, _main) = (0, (byte)bytes.Length, Ready | ToHost | Busy);
    }
}
