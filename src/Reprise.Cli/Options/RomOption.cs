using System.CommandLine;
using Reprise.Cli.Sessions;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Firmware;

namespace Reprise.Cli.Options;

/// <summary>--rom: what is in the ROMs of the board's devices, as a VGA's BIOS. A recording holds it.</summary>
internal sealed class RomOption
{
    /// <summary>Where Debian's package seabios has such files.</summary>
    private const string Shared = "/usr/share/seabios";

    private readonly Option<string[]> _option = new("--rom")
    {
        Description = "Puts a file into the ROM of a device, such as vga. Else the usual file, if it lies beside the BIOS.",
        HelpName = "DEVICE=FILE",
    };

    public Option Option => _option;

    /// <summary>Reads the files that were named, and the usual ones.</summary>
    /// <exception cref="CliException">A device is named twice or has no ROM, or a file can't be read.</exception>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Read(ParseResult result, Board board, string firmware)
    {
        var named = new List<(string, string)>();
        foreach (var text in result.GetValue(_option) ?? [])
        {
            named.Add(text.Split('=', 2) is [var device, var path]
                ? (device, path)
                : throw new CliException($"--rom: DEVICE=FILE expected, such as vga=vgabios.bin, not '{text}'."));
        }

        return Read(named, board, firmware);
    }

    /// <summary>The same for files that were named elsewhere.</summary>
    /// <exception cref="CliException">A device is named twice or has no ROM, or a file can't be read.</exception>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Read(
        IEnumerable<(string Device, string Path)> named, Board board, string firmware)
    {
        var roms = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var (device, path) in named)
        {
            if (!board.Roms.Any(rom => rom.Device == device))
            {
                throw new CliException($"--rom: the board {board.Name} has no device '{device}' with a ROM.");
            }

            if (!roms.TryAdd(device, FirmwareFile.Read(path)))
            {
                throw new CliException($"--rom: '{device}' is there twice.");
            }
        }

        // Only a BIOS looks for them; a kernel that starts without one does not.
        if (board.Roms.Any() && IsBios(FirmwareFile.Read(firmware), firmware))
        {
            foreach (var (device, file) in board.Roms.Where(rom => !roms.ContainsKey(rom.Device)))
            {
                var folder = Path.GetDirectoryName(Path.GetFullPath(firmware)) ?? "";
                if (new[] { folder, Shared }.Select(place => Path.Combine(place, file)).FirstOrDefault(File.Exists) is { } path)
                {
                    roms.Add(device, FirmwareFile.Read(path));
                }
            }
        }

        return roms;
    }

    /// <summary>A ROM, which ends where addresses do; U-Boot's is a Multiboot kernel too.</summary>
    private static bool IsBios(ReadOnlyMemory<byte> bytes, string name) =>
        FirmwareLoader.IsRaw(bytes.Span) || FirmwareLoader.Parse(bytes, name, loadAddress: null).Segments
            .Any(segment => segment.Address + (ulong)segment.Data.Length == 1ul << 32);
}
