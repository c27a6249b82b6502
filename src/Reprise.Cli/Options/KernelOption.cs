using System.CommandLine;
using System.Text;
using Reprise.Cli.Sessions;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Boards;

namespace Reprise.Cli.Options;

/// <summary>
/// A kernel that firmware loads, as Linux for a PC: the board starts with its BIOS, and that loads the kernel. --initrd and
/// --append go with it. A Multiboot kernel starts without a BIOS, unless --bios names one.
/// </summary>
internal sealed class KernelOption
{
    /// <summary>Where Debian's package seabios has what a PC starts with.</summary>
    public const string DefaultBios = "/usr/share/seabios/bios-256k.bin";

    private const string Usual = "default";

    private readonly Option<string?> _bios = new("--bios")
    {
        Description = $"The BIOS that loads a kernel ({DefaultBios}); a Multiboot kernel starts without one unless it is given.",
        HelpName = "FILE|default",
    };

    private readonly Option<string?> _initrd = new("--initrd")
    {
        Description = "The initial RAM disk of a Linux kernel; modules of a Multiboot kernel, each with its text, at commas.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _append = new("--append")
    {
        Description = "The command line of a kernel that a BIOS loads.",
        HelpName = "TEXT",
    };

    public IEnumerable<Option> Options => [_bios, _initrd, _append];

    /// <exception cref="CliException">The options go with no such kernel, or the board can't load it.</exception>
    public (string Firmware, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files) Read(
        ParseResult result, Board board, string firmware) =>
        Read(
            board,
            firmware,
            result.GetValue(_bios) is { } bios && bios != Usual ? bios : null,
            result.GetValue(_initrd),
            result.GetValue(_append),
            result.GetValue(_bios) is not null) is { } found
            ? found
            : result.GetValue(_bios) is not null
            ? throw new CliException("--bios goes with a kernel that a BIOS of the board's can load (bzImage, Multiboot).")
            : result.GetValue(_initrd) is null && result.GetValue(_append) is null
            ? (firmware, new SortedDictionary<string, ReadOnlyMemory<byte>>())
            : throw new CliException("--initrd and --append go with a Linux kernel (bzImage), or a Multiboot kernel and --bios.");

    /// <summary>What the board starts with and the files for it to load, if a file is such a kernel; else null.</summary>
    /// <param name="board">The board.</param>
    /// <param name="kernel">The file.</param>
    /// <param name="bios">What loads it; null for the usual.</param>
    /// <param name="initrd">The initial RAM disk; null for none.</param>
    /// <param name="append">The command line; null for an empty one.</param>
    /// <param name="loadsMultiboot">Whether a BIOS loads Multiboot kernels too.</param>
    /// <exception cref="CliException">The board can't load it.</exception>
    public static (string Firmware, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files)? Read(
        Board board, string kernel, string? bios, string? initrd, string? append, bool loadsMultiboot)
    {
        if (board.KernelDevice is not { } device || FirmwareFile.Read(kernel) is not { } bytes)
        {
            return null;
        }

        var isMultiboot = !KernelFiles.Accepts(bytes);
        if (isMultiboot && !(loadsMultiboot && KernelFiles.IsMultiboot(bytes)))
        {
            return null;
        }

        bios ??= File.Exists(DefaultBios)
            ? DefaultBios
            : throw new CliException($"{kernel}: a PC's BIOS loads it, and there is none at {DefaultBios} (Debian: seabios).");
        var files = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        Add(KernelFiles.Kernel, bytes);
        Add(KernelFiles.CommandLine, Encoding.UTF8.GetBytes(isMultiboot ? $"{kernel} {append}" : append ?? ""));
        if (isMultiboot && initrd is not null)
        {
            // As QEMU has it: FILE TEXT,FILE TEXT; the module's text begins with the file's name.
            var texts = initrd.Split(',');
            Add(KernelFiles.ModuleTexts, Encoding.UTF8.GetBytes(string.Join('\n', texts)));
            for (var i = 0; i < texts.Length; i++)
            {
                Add(KernelFiles.ModuleName(i), FirmwareFile.Read(texts[i].Split(' ')[0]));
            }
        }
        else if (initrd is not null)
        {
            Add(KernelFiles.Initrd, FirmwareFile.Read(initrd));
        }

        return (bios, files);

        void Add(string file, byte[] content) => files[KernelFiles.NameOf(device, file)] = content;
    }
}
