using System.Buffers.Binary;

namespace Reprise.Emulation.Firmware;

/// <summary>
/// A Linux kernel for a PC, a <c>bzImage</c>: code for real mode that sets up, and behind it the kernel itself (the
/// kernel's Documentation/arch/x86/boot.rst). Protocol 2.03 or newer, which all kernels since 2.4.18 have.
/// </summary>
public sealed class LinuxKernel
{
    private const int Sector = 512;
    private const int SetupSectors = 0x1F1;
    private const int BootFlag = 0x1FE;
    private const int Magic = 0x202;
    private const int Version = 0x206;
    private const int LoadFlags = 0x211;
    private const int InitrdMost = 0x22C;
    private const int HeaderEnd = 0x230;
    private const ushort OldestVersion = 0x203;
    private const byte LoadedHigh = 1;

    private readonly ReadOnlyMemory<byte> _bytes;

    private LinuxKernel(ReadOnlyMemory<byte> bytes, int setupLength) => (_bytes, SetupLength) = (bytes, setupLength);

    /// <summary>Bytes that the code for real mode has.</summary>
    public int SetupLength { get; }

    /// <summary>Code for real mode, with the header that a loader fills in.</summary>
    public ReadOnlyMemory<byte> Setup => _bytes[..SetupLength];

    /// <summary>What goes to 1 MiB.</summary>
    public ReadOnlyMemory<byte> Kernel => _bytes[SetupLength..];

    /// <summary>The highest address that the last byte of an initial RAM disk may have.</summary>
    public uint InitrdLimit => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.Span[InitrdMost..]);

    /// <summary>Whether a file is meant to be one.</summary>
    public static bool Accepts(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeaderEnd && bytes[BootFlag] == 0x55 && bytes[BootFlag + 1] == 0xAA
        && bytes[Magic..].StartsWith("HdrS"u8);

    /// <param name="bytes">The file's content.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="FirmwareException">It is damaged, or from before the protocol that is known here.</exception>
    public static LinuxKernel Read(ReadOnlyMemory<byte> bytes, string name)
    {
        var span = bytes.Span;
        if (!Accepts(span))
        {
            throw new FirmwareException(name, Magic, "a Linux kernel (bzImage), which has HdrS there");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(span[Version..]);
        if (version < OldestVersion || (span[LoadFlags] & LoadedHigh) == 0)
        {
            throw new FirmwareException(
                name, Version, $"a bzImage of boot protocol 2.{OldestVersion & 0xFF:d2} or newer, not {version >> 8}.{version & 0xFF:d2}");
        }

        var sectors = span[SetupSectors] == 0 ? 4 : span[SetupSectors];
        var length = (sectors + 1) * Sector;
        return length < bytes.Length
            ? new LinuxKernel(bytes, length)
            : throw new FirmwareException(name, SetupSectors, $"a kernel behind {sectors} sectors of set-up code");
    }
}
