using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;

namespace Reprise.Emulation.Disks;

/// <summary>A raw disk image in a file, opened for reading only.</summary>
public sealed class DiskImageFile : IDiskImage, IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;

    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be.</exception>
    public DiskImageFile(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Length = stream.Length;
        Hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        if (Length > 0)
        {
            _file = MemoryMappedFile.CreateFromFile(Path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        }
    }

    public long Length { get; }

    public string Hash { get; }

    public string Path { get; }

    public void Read(long offset, Span<byte> bytes)
    {
        bytes.Clear();
        var count = (int)Math.Clamp(Length - offset, 0, bytes.Length);
        if (count > 0)
        {
            _view!.SafeMemoryMappedViewHandle.ReadSpan((ulong)(_view.PointerOffset + offset), bytes[..count]);
        }
    }

    public void Dispose()
    {
        _view?.Dispose();
        _file?.Dispose();
    }
}
