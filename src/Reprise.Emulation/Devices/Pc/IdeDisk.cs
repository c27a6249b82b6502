using Reprise.Emulation.Boards;
using Reprise.Emulation.Disks;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// An ATA disk (ATA/ATAPI-6) with the content of the image that the user gave for its name; without one it is not there.
/// Commands take no time. What the guest writes stays in the machine.
/// </summary>
public sealed class IdeDisk : IDevice, IDiskDrive
{
    private const int SectorSize = 512;
    private const int MostMultiple = 16;

    private const byte Ready = 0x50; // status: ready, and the heads are where they should be
    private const byte DataRequest = 0x08;
    private const byte Failed = 0x01;
    private const byte Refused = 0x41;
    private const byte Aborted = 0x04; // error register
    private const byte NoSuchSector = 0x10;

    private enum Transfer : byte
    {
        None,
        Identity,
        Read,
        Write,
        DmaRead,
        DmaWrite,
    }

    private readonly CopyOnWriteDisk? _disk;
    private readonly string _serial;
    private readonly byte[] _buffer = new byte[MostMultiple * SectorSize];
    private readonly byte[] _task = new byte[8]; // by register, as last written
    private readonly byte[] _before = new byte[8]; // what each had before: the high halves of 48-bit commands
    private byte _status = Ready;
    private byte _error;
    private Transfer _transfer;
    private ulong _sector;
    private uint _left;
    private uint _chunk;
    private int _at;
    private int _end;
    private byte _multiple = MostMultiple;
    private bool _wide;
    private int _heads = IdeIdentity.HeadCount;
    private int _perTrack = IdeIdentity.SectorCount;

    internal IdeDisk(string name, IDiskImage? image, string serial)
    {
        Name = name;
        _serial = serial;
        _disk = image is null ? null : new CopyOnWriteDisk(image, SectorSize);
        SetSignature();
    }

    /// <summary>Told when a command, or a part of one, is done.</summary>
    internal event Action? Interrupt;

    public string Name { get; }

    /// <summary>The user gave an image for it.</summary>
    public bool IsPresent => _disk is not null;

    /// <summary>A DMA command waits for the bus master.</summary>
    internal bool WantsDma => _transfer is Transfer.DmaRead or Transfer.DmaWrite;

    /// <summary>The waiting DMA command reads from the disk.</summary>
    internal bool IsDmaRead => _transfer == Transfer.DmaRead;

    internal byte Status => _status;

    /// <summary>Registers 1 to 6 as they read; 0 and 7 are the channel's.</summary>
    internal byte Register(uint register, bool high) =>
        register == 1 ? _error : high && register < 6 ? _before[register] : _task[register];

    internal void SetRegister(uint register, byte value)
    {
        _before[register] = _task[register];
        _task[register] = register == 6 ? (byte)(value | 0xA0) : value;
    }

    /// <summary>The word of the data register, without taking it.</summary>
    internal uint PeekData(int size)
    {
        var value = 0u;
        for (var i = 0; i < size && IsSending && _at + i < _end; i++)
        {
            value |= (uint)_buffer[_at + i] << (8 * i);
        }

        return value;
    }

    internal void TakeData(int size)
    {
        if (IsSending)
        {
            Advance(size);
        }
    }

    internal void PutData(uint value, int size)
    {
        if (_transfer == Transfer.Write && _at < _end)
        {
            for (var i = 0; i < size && _at + i < _end; i++)
            {
                _buffer[_at + i] = (byte)(value >> (8 * i));
            }

            Advance(size);
        }
    }

    /// <summary>A reset by the control register, or EXECUTE DEVICE DIAGNOSTIC.</summary>
    internal void SetSignature()
    {
        (_status, _error, _transfer) = (Ready, 1, Transfer.None);
        (_task[2], _task[3], _task[4], _task[5], _task[6]) = (1, 1, 0, 0, 0xA0);
        Array.Clear(_before);
    }

    /// <summary>Moves one sector of a DMA command; false when that was the last one.</summary>
    internal void MoveSector(Span<byte> bytes)
    {
        if (_transfer == Transfer.DmaRead)
        {
            _disk!.Read(_sector, bytes);
        }
        else
        {
            _disk!.Write(_sector, bytes);
        }

        _sector++;
        _left--;
    }

    /// <summary>Sectors that the DMA command has still to move.</summary>
    internal uint SectorsLeft => _left;

    /// <summary>The bus master has moved all, or as much as it had room for.</summary>
    internal void EndDma()
    {
        _transfer = Transfer.None;
        ShowSector();
        _status = Ready;
        Interrupt?.Invoke();
    }

    internal void Execute(byte command)
    {
        (_status, _error, _transfer) = (Ready, 0, Transfer.None);
        _wide = command is 0x24 or 0x25 or 0x29 or 0x34 or 0x35 or 0x39 or 0x42;
        switch (command)
        {
            case 0x20 or 0x21 or 0x24:
                Begin(Transfer.Read, 1);
                return;
            case 0xC4 or 0x29 when _multiple > 0:
                Begin(Transfer.Read, _multiple);
                return;
            case 0x30 or 0x31 or 0x34:
                Begin(Transfer.Write, 1);
                return;
            case 0xC5 or 0x39 when _multiple > 0:
                Begin(Transfer.Write, _multiple);
                return;
            case 0xC8 or 0xC9 or 0x25:
                Begin(Transfer.DmaRead, 1);
                return;
            case 0xCA or 0xCB or 0x35:
                Begin(Transfer.DmaWrite, 1);
                return;
            case 0xEC:
                Identify();
                return;
            case 0xC6 when _task[2] is 0 or 1 or 2 or 4 or 8 or 16:
                _multiple = _task[2];
                break;
            case 0x91:
                _heads = (_task[6] & 15) + 1;
                _perTrack = Math.Max(_task[2], (byte)1);
                break;
            case 0x40 or 0x41 or 0x42 or >= 0x10 and <= 0x1F or 0x70 or 0xE7 or 0xEA or 0xEF or (>= 0xE0 and <= 0xE3):
                break; // verify, recalibrate, seek, flush, features, power
            case 0xE5:
                _task[2] = 0xFF; // active
                break;
            case 0xF8:
                (_sector, _left) = (_disk!.Sectors - 1, _task[2]);
                ShowSector();
                break;
            case 0x90:
                SetSignature();
                break;
            default:
                Fail(Aborted);
                break;
        }

        Interrupt?.Invoke();
    }

    uint IDevice.Read(uint offset, int size) => 0;

    void IDevice.Write(uint offset, uint value, int size)
    {
    }

    uint IDevice.Peek(uint offset, int size) => 0;

    /// <summary>The disk keeps what was written: a reset of the machine is no new disk.</summary>
    public void Reset()
    {
        SetSignature();
        Array.Clear(_buffer);
        (_task[0], _task[1], _task[7]) = (0, 0, 0);
        (_sector, _left, _chunk, _at, _end, _multiple, _wide) = (0, 0, 0, 0, 0, MostMultiple, false);
        (_heads, _perTrack) = (IdeIdentity.HeadCount, IdeIdentity.SectorCount);
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_buffer);
        writer.Write(_task);
        writer.Write(_before);
        writer.Write([_status, _error, (byte)_transfer, _multiple]);
        writer.Write(_sector);
        writer.Write(_left);
        writer.Write(_chunk);
        writer.Write((uint)_at);
        writer.Write((uint)_end);
        writer.Write((uint)_heads);
        writer.Write((uint)_perTrack);
        writer.Write(_wide);
        _disk?.Save(writer);
    }

    public void Restore(ref StateReader reader)
    {
        var buffer = reader.ReadBytes();
        var task = reader.ReadBytes();
        var before = reader.ReadBytes();
        var bytes = reader.ReadBytes();
        if (buffer.Length != _buffer.Length || task.Length != 8 || before.Length != 8 || bytes.Length != 4)
        {
            throw new InvalidDataException("state of an IDE disk: its lengths are not those of one");
        }

        buffer.CopyTo(_buffer);
        task.CopyTo(_task);
        before.CopyTo(_before);
        (_status, _error, _transfer, _multiple) = (bytes[0], bytes[1], (Transfer)bytes[2], bytes[3]);
        _sector = reader.ReadUInt64();
        _left = reader.ReadUInt32();
        _chunk = reader.ReadUInt32();
        _at = (int)Math.Min(reader.ReadUInt32(), (uint)_buffer.Length);
        _end = (int)Math.Min(reader.ReadUInt32(), (uint)_buffer.Length);
        _heads = (int)Math.Clamp(reader.ReadUInt32(), 1, 16);
        _perTrack = (int)Math.Clamp(reader.ReadUInt32(), 1, 255);
        _wide = reader.ReadBoolean();
        _disk?.Restore(ref reader);
    }

    private bool IsSending => _transfer is Transfer.Read or Transfer.Identity;

    private void Identify()
    {
        var sectors = _disk!.Sectors;
        var cylinders = (int)Math.Min(sectors / (ulong)(_heads * _perTrack), ushort.MaxValue);
        IdeIdentity.Of(sectors, _serial, _multiple, cylinders, _heads, _perTrack).CopyTo(_buffer, 0);
        Offer(Transfer.Identity, SectorSize);
        Interrupt?.Invoke();
    }

    private void Begin(Transfer transfer, uint chunk)
    {
        _sector = ReadSector();
        _left = _wide ? (uint)(_before[2] << 8) | _task[2] : _task[2];
        _left = _left != 0 ? _left : _wide ? 0x1_0000u : 0x100u;
        _chunk = chunk;
        if (_sector >= _disk!.Sectors || _disk.Sectors - _sector < _left)
        {
            Fail(NoSuchSector);
            Interrupt?.Invoke();
            return;
        }

        _transfer = transfer;
        if (WantsDma)
        {
            _status = Ready | DataRequest;
        }
        else if (transfer == Transfer.Read)
        {
            ReadChunk();
        }
        else
        {
            Offer(transfer, (int)Math.Min(_chunk, _left) * SectorSize);
        }
    }

    // The host has moved some bytes; behind the last one of a chunk comes the next.
    private void Advance(int count)
    {
        _at += count;
        if (_at < _end)
        {
            return;
        }

        if (_transfer == Transfer.Write)
        {
            WriteChunk();
        }
        else if (_transfer == Transfer.Read && _left > 0)
        {
            ReadChunk();
        }
        else
        {
            (_status, _transfer) = (Ready, Transfer.None);
        }
    }

    private void ReadChunk()
    {
        var count = (int)Math.Min(_chunk, _left);
        for (var i = 0; i < count; i++)
        {
            _disk!.Read(_sector++, _buffer.AsSpan(i * SectorSize, SectorSize));
        }

        _left -= (uint)count;
        ShowSector();
        Offer(Transfer.Read, count * SectorSize);
        Interrupt?.Invoke();
    }

    private void WriteChunk()
    {
        var count = _end / SectorSize;
        for (var i = 0; i < count; i++)
        {
            _disk!.Write(_sector++, _buffer.AsSpan(i * SectorSize, SectorSize));
        }

        _left -= (uint)Math.Min((uint)count, _left);
        ShowSector();
        if (_left > 0)
        {
            Offer(Transfer.Write, (int)Math.Min(_chunk, _left) * SectorSize);
        }
        else
        {
            (_status, _transfer) = (Ready, Transfer.None);
        }

        Interrupt?.Invoke();
    }

    private void Offer(Transfer transfer, int length) =>
        (_transfer, _at, _end, _status) = (transfer, 0, length, Ready | DataRequest);

    private void Fail(byte error) => (_status, _error, _transfer) =
        (error == Aborted ? Refused : (byte)(Ready | Failed), error, Transfer.None);

    private ulong ReadSector()
    {
        var low = _task[3] | ((ulong)_task[4] << 8) | ((ulong)_task[5] << 16);
        if ((_task[6] & 0x40) == 0)
        {
            var cylinder = (uint)(_task[4] | (_task[5] << 8));
            return _task[3] == 0
                ? ulong.MaxValue
                : ((((ulong)cylinder * (uint)_heads) + (uint)(_task[6] & 15)) * (uint)_perTrack) + (_task[3] - 1u);
        }

        return _wide
            ? low | ((ulong)_before[3] << 24) | ((ulong)_before[4] << 32) | ((ulong)_before[5] << 40)
            : low | ((ulong)(_task[6] & 15) << 24);
    }

    // Registers tell what is left and where.
    private void ShowSector()
    {
        _task[2] = (byte)_left;
        if ((_task[6] & 0x40) == 0)
        {
            var (track, sector) = Math.DivRem(_sector, (ulong)_perTrack);
            var (cylinder, head) = Math.DivRem(track, (ulong)_heads);
            (_task[3], _task[4], _task[5]) = ((byte)(sector + 1), (byte)cylinder, (byte)(cylinder >> 8));
            _task[6] = (byte)((_task[6] & 0xF0) | (byte)head);
            return;
        }

        (_task[3], _task[4], _task[5]) = ((byte)_sector, (byte)(_sector >> 8), (byte)(_sector >> 16));
        if (_wide)
        {
            (_before[3], _before[4], _before[5]) =
                ((byte)(_sector >> 24), (byte)(_sector >> 32), (byte)(_sector >> 40));
        }
        else
        {
            _task[6] = (byte)((_task[6] & 0xF0) | (byte)(_sector >> 24 & 15));
        }
    }
}

/// <summary>Makes it for board files.</summary>
file sealed class Factory : IDeviceFactory
{
    public string Type => "ide-disk";

    public bool IsOnBus => false;

    public bool KeepsStateOnReset => true;

    public string Example => "hda: { type: ide-disk }";

    public IDevice Create(DeviceSite site) =>
        new IdeDisk(site.Name, site.Disk, site.Options.Text("serial", "QM00001"));
}
