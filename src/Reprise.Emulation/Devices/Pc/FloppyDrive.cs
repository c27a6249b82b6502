using Reprise.Emulation.Boards;
using Reprise.Emulation.Disks;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// A floppy drive with the disk that the user gave for its name; without one it is not there, unless it may be empty. The size
/// of the image says what disk it is. What the guest writes stays in the machine.
/// </summary>
public sealed class FloppyDrive : IDevice, IDiskDrive, IPagedContents
{
    /// <summary>Bytes of a sector; others do not occur on a PC.</summary>
    public const int SectorSize = 512;

    private readonly CopyOnWriteDisk? _disk;

    internal FloppyDrive(string name, IDiskImage? image, int pageSize, bool mayBeEmpty = false)
    {
        Name = name;
        IsPresent = image is not null || mayBeEmpty;
        Format = FloppyFormat.OfNoDisk;
        if (image is not null)
        {
            _disk = new CopyOnWriteDisk(image, SectorSize, pageSize);
            Format = FloppyFormat.Of(image.Length);
        }
    }

    public string Name { get; }

    /// <summary>It is there: the user gave an image for it, or it may be empty.</summary>
    public bool IsPresent { get; }

    /// <summary>There is a disk in it.</summary>
    internal bool HasDisk => _disk is not null;

    /// <summary>What the guest wrote.</summary>
    public PagedStore? Contents => _disk?.Contents;

    /// <summary>The disk in it.</summary>
    internal FloppyFormat Format { get; }

    /// <summary>Where its heads are.</summary>
    internal byte Track { get; private set; }

    /// <summary>The head that was last used.</summary>
    internal byte Head { get; set; }

    /// <summary>The sector that was last used, from 1.</summary>
    internal byte Sector { get; set; } = 1;

    /// <summary>The disk may be another one since the heads moved last.</summary>
    internal bool IsChanged { get; private set; }

    /// <summary>Moves the heads, at most one behind the last track, as QEMU has it.</summary>
    internal void Seek(byte track)
    {
        if (track != Track && track <= Format.Tracks)
        {
            Track = track;
            IsChanged &= !HasDisk;
        }
    }

    internal void Read(Span<byte> bytes) => _disk?.Read(Index, bytes);

    internal void Write(ReadOnlySpan<byte> bytes) => _disk?.Write(Index, bytes);

    uint IDevice.Read(uint offset, int size) => 0;

    void IDevice.Write(uint offset, uint value, int size)
    {
    }

    uint IDevice.Peek(uint offset, int size) => 0;

    /// <summary>The disk keeps what was written.</summary>
    public void Reset() => (Track, Head, Sector, IsChanged) = (0, 0, 1, IsPresent);

    public void Save(StateWriter writer)
    {
        writer.Write([Track, Head, Sector]);
        writer.Write(IsChanged);
        _disk?.Save(writer);
    }

    public void Restore(ref StateReader reader)
    {
        var bytes = reader.ReadBytes();
        if (bytes.Length != 3)
        {
            throw new InvalidDataException($"state of a floppy drive: {bytes.Length} bytes, expected 3");
        }

        (Track, Head, Sector) = (bytes[0], bytes[1], bytes[2]);
        IsChanged = reader.ReadBoolean();
        _disk?.Restore(ref reader);
    }

    private ulong Index => (((ulong)Track * (uint)Format.Heads) + Head) * (uint)Format.Sectors + Sector - 1;
}

/// <summary>Makes it for board files.</summary>
internal sealed class FloppyDriveFactory : IDeviceFactory
{
    public string Type => "floppy-drive";

    public bool IsOnBus => false;

    public bool KeepsStateOnReset => true;

    public string? EmptyKey => IDeviceFactory.UsualEmptyKey;

    public string Example => "fda: { type: floppy-drive }";

    public IDevice Create(DeviceSite site)
    {
        var drive = new FloppyDrive(
            site.Name, site.Disk, site.Memory.PageSize, site.Options.Flag(IDeviceFactory.UsualEmptyKey, fallback: false));
        drive.Reset();
        return drive;
    }
}
