using Reprise.Emulation.Firmware;

namespace Reprise.Cli.Sessions;

/// <summary>The bytes of a firmware file, which a recording keeps.</summary>
internal static class FirmwareFile
{
    /// <exception cref="FirmwareException">The file is missing, unreadable or too large.</exception>
    public static byte[] Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw new FirmwareException(path, 0, "a file, not a folder");
        }

        try
        {
            var length = new FileInfo(path).Length;
            return length <= FirmwareImage.MaximumBytes
                ? File.ReadAllBytes(path)
                : throw new FirmwareException(path, 0, $"a file of at most {FirmwareImage.MaximumBytes} bytes");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FirmwareException(path, 0, $"a readable file: {e.Message}", e);
        }
    }
}
