using Reprise.Emulation.Boards;
using Reprise.Emulation.Disks;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// An ATA disk (ATA/ATAPI-6) with the content of the image that the user gave for its name; without one it is not there.
/// What the guest writes stays in the machine.
/// </summary>
public sealed class IdeDisk : IdeDrive, IPagedContents
{
    private const int SectorSize = 512;
    private const int MostMultiple = 16;

    private const byte Failed = 0x01; // status
    private const byte NoSuchSector = 0x10; // error register

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
    private Transfer _transfer;
    private ulong _sector;
    private uint _left;
    private uint _chunk;
    private byte _multiple = MostMultiple;
    private bool _wide;
    private int _heads = IdeIdentity.HeadCount;
    private int _perTrack = IdeIdentity.SectorCount;

    internal IdeDisk(string name, IDiskImage? image, string serial, int pageSize)
        : base(name, MostMultiple * SectorSize)
    {
        _serial = serial;
        _disk = image is null ? null : new CopyOnWriteDisk(image, SectorSize, pageSize);
        SetSignature();
    }

    public override bool IsPresent => _disk is not null;

    /// <summary>What the guest wrote.</summary>
    public PagedStore? Contents => _disk?.Contents;

    internal override bool WantsDma => _transfer is Transfer.DmaRead or Transfer.DmaWrite;

    internal override bool IsDmaRead => _transfer == Transfer.DmaRead;

    internal override int DmaUnit => SectorSize;

    internal override uint UnitsLeft => _left;

    private protected override bool IsSending => _transfer is Transfer.Read or Transfer.Identity;

    private protected override bool IsReceiving => _transfer == Transfer.Write;

    internal override void SetSignature()
    {
        (Status, Error, _transfer) = (Ready, 1, Transfer.None);
        (Task[2], Task[3], Task[4], Task[5], Task[6]) = (1, 1, 0, 0, 0xA0);
        Before.Clear();
    }

    internal override void MoveUnit(Span<byte> bytes)
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

    internal override void EndDma()
    {
        _transfer = Transfer.None;
        ShowSector();
        Status = Ready;
        RaiseInterrupt();
    }

    internal override void Execute(byte command)
    {
        (Status, Error, _transfer) = (Ready, 0, Transfer.None);
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
            case 0xC6 when Task[2] is 0 or 1 or 2 or 4 or 8 or 16:
                _multiple = Task[2];
                break;
            case 0x91:
                _heads = (Task[6] & 15) + 1;
                _perTrack = Math.Max(Task[2], (byte)1);
                break;
            case 0x40 or 0x41 or 0x42 or >= 0x10 and <= 0x1F or 0x70 or 0xE7 or 0xEA or 0xEF or (>= 0xE0 and <= 0xE3):
                break; // verify, recalibrate, seek, flush, features, power
            case 0xE5:
                Task[2] = 0xFF; // active
                break;
            case 0xF8:
                (_sector, _left) = (_disk!.Sectors - 1, Task[2]);
                ShowSector();
                break;
            case 0x90:
                SetSignature();
                break;
            default:
                Fail(Aborted);
                break;
        }

        RaiseInterrupt();
    }

    /// <summary>The disk keeps what was written: a reset of the machine is no new disk.</summary>
    public override void Reset()
    {
        base.Reset();
        (_sector, _left, _chunk, _multiple, _wide) = (0, 0, 0, MostMultiple, false);
        (_heads, _perTrack) = (IdeIdentity.HeadCount, IdeIdentity.SectorCount);
    }

    public override void Save(StateWriter writer)
    {
        base.Save(writer);
        writer.Write([(byte)_transfer, _multiple]);
        writer.Write(_sector);
        writer.Write(_left);
        writer.Write(_chunk);
        writer.Write((uint)_heads);
        writer.Write((uint)_perTrack);
        writer.Write(_wide);
        _disk?.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        base.Restore(ref reader);
        var bytes = reader.ReadBytes();
        if (bytes.Length != 2)
        {
            throw new InvalidDataException($"state of an IDE disk: {bytes.Length} bytes, expected 2");
        }

        (_transfer, _multiple) = ((Transfer)bytes[0], bytes[1]);
        _sector = reader.ReadUInt64();
        _left = reader.ReadUInt32();
        _chunk = reader.ReadUInt32();
        _heads = (int)Math.Clamp(reader.ReadUInt32(), 1, 16);
        _perTrack = (int)Math.Clamp(reader.ReadUInt32(), 1, 255);
        _wide = reader.ReadBoolean();
        _disk?.Restore(ref reader);
    }

    private void Identify()
    {
        var sectors = _disk!.Sectors;
        var cylinders = (int)Math.Min(sectors / (ulong)(_heads * _perTrack), ushort.MaxValue);
        IdeIdentity.Of(sectors, _serial, _multiple, cylinders, _heads, _perTrack).CopyTo(Buffer, 0);
        Offer(Transfer.Identity, SectorSize);
        RaiseInterrupt();
    }

    private void Begin(Transfer transfer, uint chunk)
    {
        _sector = ReadSector();
        _left = _wide ? (uint)(Before[2] << 8) | Task[2] : Task[2];
        _left = _left != 0 ? _left : _wide ? 0x1_0000u : 0x100u;
        _chunk = chunk;
        if (_sector >= _disk!.Sectors || _disk.Sectors - _sector < _left)
        {
            Fail(NoSuchSector);
            RaiseInterrupt();
            return;
        }

        _transfer = transfer;
        if (WantsDma)
        {
            Status = Ready | DataRequest;
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

    // Behind the last byte of a chunk comes the next.
    private protected override void OnMoved()
    {
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
            (Status, _transfer) = (Ready, Transfer.None);
        }
    }

    private void ReadChunk()
    {
        var count = (int)Math.Min(_chunk, _left);
        for (var i = 0; i < count; i++)
        {
            _disk!.Read(_sector++, Buffer.AsSpan(i * SectorSize, SectorSize));
        }

        _left -= (uint)count;
        ShowSector();
        Offer(Transfer.Read, count * SectorSize);
        RaiseInterrupt();
    }

    private void WriteChunk()
    {
        var count = OfferedLength / SectorSize;
        for (var i = 0; i < count; i++)
        {
            _disk!.Write(_sector++, Buffer.AsSpan(i * SectorSize, SectorSize));
        }

        _left -= (uint)Math.Min((uint)count, _left);
        ShowSector();
        if (_left > 0)
        {
            Offer(Transfer.Write, (int)Math.Min(_chunk, _left) * SectorSize);
        }
        else
        {
            (Status, _transfer) = (Ready, Transfer.None);
        }

        RaiseInterrupt();
    }

    private void Offer(Transfer transfer, int length)
    {
        _transfer = transfer;
        Offer(length);
    }

    private void Fail(byte error) => (Status, Error, _transfer) =
        (error == Aborted ? Refused : (byte)(Ready | Failed), error, Transfer.None);

    private ulong ReadSector()
    {
        var low = Task[3] | ((ulong)Task[4] << 8) | ((ulong)Task[5] << 16);
        if ((Task[6] & 0x40) == 0)
        {
            var cylinder = (uint)(Task[4] | (Task[5] << 8));
            return Task[3] == 0
                ? ulong.MaxValue
                : ((((ulong)cylinder * (uint)_heads) + (uint)(Task[6] & 15)) * (uint)_perTrack) + (Task[3] - 1u);
        }

        return _wide
            ? low | ((ulong)Before[3] << 24) | ((ulong)Before[4] << 32) | ((ulong)Before[5] << 40)
            : low | ((ulong)(Task[6] & 15) << 24);
    }

    // Registers tell what is left and where.
    private void ShowSector()
    {
        Task[2] = (byte)_left;
        if ((Task[6] & 0x40) == 0)
        {
            var (track, sector) = Math.DivRem(_sector, (ulong)_perTrack);
            var (cylinder, head) = Math.DivRem(track, (ulong)_heads);
            (Task[3], Task[4], Task[5]) = ((byte)(sector + 1), (byte)cylinder, (byte)(cylinder >> 8));
            Task[6] = (byte)((Task[6] & 0xF0) | (byte)head);
            return;
        }

        (Task[3], Task[4], Task[5]) = ((byte)_sector, (byte)(_sector >> 8), (byte)(_sector >> 16));
        if (_wide)
        {
            (Before[3], Before[4], Before[5]) =
                ((byte)(_sector >> 24), (byte)(_sector >> 32), (byte)(_sector >> 40));
        }
        else
        {
            Task[6] = (byte)((Task[6] & 0xF0) | (byte)(_sector >> 24 & 15));
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class IdeDiskFactory : IDeviceFactory
{
    public string Type => "ide-disk";

    public bool IsOnBus => false;

    public bool KeepsStateOnReset => true;

    public string Example => "hda: { type: ide-disk }";

    public IDevice Create(DeviceSite site) =>
        new IdeDisk(site.Name, site.Disk, site.Options.Text("serial", "QM00001"), site.Memory.PageSize);
}
