using System.Security;
using Reprise.Emulation.Firmware.Elf;
using Reprise.Emulation.Firmware.Hex;

namespace Reprise.Emulation.Firmware;

/// <summary>
/// Reads firmware files: ELF, Intel HEX, raw. The content says which, not the name. Files are untrusted: whatever
/// their bytes are, there is an image or a <see cref="FirmwareException"/>.
/// </summary>
public static class FirmwareLoader
{
    /// <param name="path">The file.</param>
    /// <param name="loadAddress">Where a raw file goes; null for the formats that say so themselves.</param>
    /// <exception cref="FirmwareException">The file is missing, unreadable or damaged.</exception>
    public static FirmwareImage Load(string path, ulong? loadAddress)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Parse(Read(path), path, loadAddress);
    }

    /// <summary>Whether the format has no addresses of its own, so that a load address is needed.</summary>
    public static bool IsRaw(ReadOnlySpan<byte> bytes) =>
        !ElfReader.Accepts(bytes) && !IntelHexReader.Accepts(bytes) && !IsMultiboot(bytes);

    /// <summary>The processor that a file is for, as far as its first bytes say; a damaged file may have one too.</summary>
    public static FirmwareMachine MachineOf(ReadOnlySpan<byte> bytes) =>
        ElfReader.Accepts(bytes) ? ElfHeader.MachineOf(bytes)
            : IsMultiboot(bytes) ? FirmwareMachine.I386
            : LinuxKernel.Accepts(bytes) ? FirmwareMachine.X64
            : FirmwareMachine.Unknown;

    /// <param name="bytes">The file's content; the image's segments refer to it.</param>
    /// <param name="name">What errors call the file.</param>
    /// <param name="loadAddress">Where a raw file goes; null for the formats that say so themselves.</param>
    /// <exception cref="FirmwareException">The bytes are damaged, or raw and without an address.</exception>
    public static FirmwareImage Parse(ReadOnlyMemory<byte> bytes, string name, ulong? loadAddress)
    {
        ArgumentNullException.ThrowIfNull(name);
        var isElf = ElfReader.Accepts(bytes.Span);
        var isHex = IntelHexReader.Accepts(bytes.Span);
        if ((isElf || isHex) && loadAddress is not null)
        {
            var format = isElf ? "ELF" : "Intel HEX";
            throw new FirmwareException(name, 0, $"a raw file at a load address: {format} has addresses of its own");
        }

        return isElf ? new ElfReader(bytes, name).Read()
            : loadAddress is null && IsMultiboot(bytes.Span) ? ParseMultiboot(bytes, name)
            : isHex ? new IntelHexReader(bytes, name).Read()
            : ParseRaw(bytes, name, loadAddress ?? throw new FirmwareException(
                name, 0, "ELF or Intel HEX; a raw file needs a load address"));
    }

    private static bool IsMultiboot(ReadOnlySpan<byte> bytes) => MultibootHeader.Find(bytes) is { HasAddresses: true };

    private static FirmwareImage ParseMultiboot(ReadOnlyMemory<byte> bytes, string name)
    {
        var header = MultibootHeader.Find(bytes.Span)!;
        header.Check(name);
        return new FirmwareImage(
            FirmwareFormat.Raw, FirmwareMachine.I386, header.ReadSegments(bytes, name), header.Entry, [], header);
    }

    /// <summary>The bytes as they are, whatever they look like.</summary>
    /// <param name="bytes">The file's content; the image's segment refers to it.</param>
    /// <param name="name">What errors call the file.</param>
    /// <param name="address">Where they go.</param>
    /// <exception cref="FirmwareException">There are none, too many, or they end behind the last address.</exception>
    public static FirmwareImage ParseRaw(ReadOnlyMemory<byte> bytes, string name, ulong address)
    {
        ArgumentNullException.ThrowIfNull(name);
        var segments = new SegmentList(name);
        segments.Add(address, bytes, (ulong)bytes.Length, ulong.MaxValue, offset: 0, line: null);
        return new FirmwareImage(FirmwareFormat.Raw, FirmwareMachine.Unknown, segments.Finish(), null, []);
    }

    private static byte[] Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > FirmwareImage.MaximumBytes)
            {
                throw new FirmwareException(path, 0, $"a file of at most {FirmwareImage.MaximumBytes} bytes");
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecurityException
            or ArgumentException or NotSupportedException)
        {
            throw new FirmwareException(path, 0, $"a readable file: {e.Message}", e);
        }
    }
}
