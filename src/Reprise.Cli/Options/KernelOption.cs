using System.CommandLine;
using System.Text;
using Reprise.Cli.Sessions;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Boards;

namespace Reprise.Cli.Options;

/// <summary>
/// A kernel that needs firmware to load it, as Linux for a PC: the board starts with its BIOS, and that loads the kernel.
/// --initrd and --append go with it.
/// </summary>
internal sealed class KernelOption
{
    /// <summary>Where Debian's package seabios has what a PC starts with.</summary>
    public const string DefaultBios = "/usr/share/seabios/bios-256k.bin";

    private readonly Option<string?> _initrd = new("--initrd")
    {
        Description = "The initial RAM disk of a Linux kernel.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _append = new("--append")
    {
        Description = "The command line of a Linux kernel.",
        HelpName = "TEXT",
    };

    public IEnumerable<Option> Options => [_initrd, _append];

    /// <exception cref="CliException">The options go with no such kernel, or the board can't load it.</exception>
    public (string Firmware, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files) Read(
        ParseResult result, Board board, string firmware) =>
        Read(board, firmware, bios: null, result.GetValue(_initrd), result.GetValue(_append)) is { } found
            ? found
            : result.GetValue(_initrd) is null && result.GetValue(_append) is null
            ? (firmware, new SortedDictionary<string, ReadOnlyMemory<byte>>())
            : throw new CliException("--initrd and --append go with a Linux kernel (bzImage).");

    /// <summary>What the board starts with and the files for it to load, if a file is such a kernel; else null.</summary>
    /// <param name="board">The board.</param>
    /// <param name="kernel">The file.</param>
    /// <param name="bios">What loads it; null for the usual.</param>
    /// <param name="initrd">The initial RAM disk; null for none.</param>
    /// <param name="append">The command line; null for an empty one.</param>
    /// <exception cref="CliException">The board can't load it.</exception>
    public static (string Firmware, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files)? Read(
        Board board, string kernel, string? bios, string? initrd, string? append)
    {
        if (board.KernelDevice is not { } device || FirmwareFile.Read(kernel) is not { } bytes || !KernelFiles.Accepts(bytes))
        {
            return null;
        }

        bios ??= File.Exists(DefaultBios)
            ? DefaultBios
            : throw new CliException($"{kernel}: a PC's BIOS loads it, and there is none at {DefaultBios} (Debian: seabios).");
        var files = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            [KernelFiles.NameOf(device, KernelFiles.Kernel)] = bytes,
            [KernelFiles.NameOf(device, KernelFiles.CommandLine)] = Encoding.UTF8.GetBytes(append ?? ""),
        };
        if (initrd is not null)
        {
            files[KernelFiles.NameOf(device, KernelFiles.Initrd)] = FirmwareFile.Read(initrd);
        }

        return (bios, files);
    }
}
