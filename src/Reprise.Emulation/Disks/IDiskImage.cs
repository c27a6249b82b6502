namespace Reprise.Emulation.Disks;

/// <summary>What is on a disk at power-on. Nothing ever writes to it: a drive keeps what the guest wrote.</summary>
public interface IDiskImage
{
    /// <summary>Bytes.</summary>
    long Length { get; }

    /// <summary>SHA-256 of the content, in lower-case hexadecimal: a recording knows the image by it.</summary>
    string Hash { get; }

    /// <summary>Where the image came from, for a message to the user.</summary>
    string Path { get; }

    /// <summary>Reads bytes; zeros behind the end.</summary>
    void Read(long offset, Span<byte> bytes);
}
