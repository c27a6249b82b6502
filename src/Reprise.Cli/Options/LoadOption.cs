using System.CommandLine;
using Reprise.Cli.Sessions;
using Reprise.Emulation.Boards;

namespace Reprise.Cli.Options;

/// <summary>--load: files that are in memory besides the firmware. A recording holds them.</summary>
internal sealed class LoadOption
{
    private readonly Option<(string Path, ulong? Address)[]> _option = ParsedOption.CreateMany(
        "--load",
        "FILE[@ADDRESS]",
        "Another file that is in memory at power-on: an ELF or Intel HEX, or, at an address, the bytes of any file. May be repeated.",
        Parse);

    public Option Option => _option;

    /// <exception cref="Emulation.Firmware.FirmwareException">A file can't be read.</exception>
    public IReadOnlyList<LoadedFile> Read(ParseResult result) =>
        [.. (result.GetValue(_option) ?? []).Select(file => Read(file.Path, file.Address))];

    /// <exception cref="Emulation.Firmware.FirmwareException">The file can't be read.</exception>
    public static LoadedFile Read(string path, ulong? address) => new(path, address, FirmwareFile.Read(path));

    /// <summary>Reads FILE or FILE@ADDRESS; a name that has an @ in it needs an address.</summary>
    /// <exception cref="FormatException">There is no file, or no number behind the @.</exception>
    public static (string Path, ulong? Address) Parse(string text)
    {
        var at = text.LastIndexOf('@');
        var path = at < 0 ? text : text[..at];
        return path.Length > 0
            ? (path, at < 0 ? null : Quantity.Parse(text[(at + 1)..]))
            : throw new FormatException($"'{text}' names no file");
    }
}
