using System.Globalization;

namespace Reprise.Cli.Options;

/// <summary>What a serial port of the board is joined to.</summary>
/// <param name="Port">The port's name on its board.</param>
/// <param name="Kind">The host's side.</param>
/// <param name="Path">The file (<see cref="SerialKind.File"/>), the pipes (<see cref="SerialKind.Pipe"/>).</param>
/// <param name="TcpPort">Where to listen (<see cref="SerialKind.Tcp"/>); 0 takes a free one.</param>
/// <param name="InputPath">The file whose bytes come in; null when it is left to the side.</param>
/// <param name="Label">What QEMU calls it (<see cref="SerialKind.Pty"/>); null for the port's name.</param>
/// <param name="IsDefault">Nobody asked for it: a board without this port does without it.</param>
internal readonly record struct SerialChoice(
    string Port, SerialKind Kind, string Path = "", int TcpPort = 0, string? InputPath = null, string? Label = null,
    bool IsDefault = false)
{
    /// <summary>On a terminal, Ctrl-C and its kin are signals (<see cref="SerialKind.Stdio"/>); if not, they are for the guest.</summary>
    public bool TakesSignals { get; init; } = true;

    /// <summary>Ctrl-A begins a command (<see cref="SerialKind.Stdio"/>), as where QEMU has its monitor on the same console.</summary>
    public bool HasMenu { get; init; }

    private const string InputMark = ",input=";

    /// <summary>
    /// Reads NAME=stdio|null|file:PATH|tcp:PORT|pty|pipe:PATH, the first three with ",input=PATH" behind it if need be.
    /// </summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static SerialChoice Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var (port, side) = equals > 0 ? (text[..equals], text[(equals + 1)..]) : ("", "");
        var mark = side.LastIndexOf(InputMark, StringComparison.Ordinal);
        var input = mark < 0 ? null : side[(mark + InputMark.Length)..];
        side = mark < 0 ? side : side[..mark];
        if (input == "")
        {
            throw new FormatException($"'{text}' names no file behind ',input='");
        }

        if (port.Length > 0 && side is "stdio" or "null")
        {
            return new SerialChoice(port, side == "stdio" ? SerialKind.Stdio : SerialKind.Null, InputPath: input);
        }

        if (port.Length > 0 && side.StartsWith("file:", StringComparison.Ordinal) && side.Length > 5)
        {
            return new SerialChoice(port, SerialKind.File, Path: side[5..], InputPath: input);
        }

        if (port.Length > 0 && input is null && side.StartsWith("tcp:", StringComparison.Ordinal)
            && ushort.TryParse(side.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return new SerialChoice(port, SerialKind.Tcp, TcpPort: number);
        }

        if (port.Length > 0 && input is null && side == "pty")
        {
            return new SerialChoice(port, SerialKind.Pty);
        }

        if (port.Length > 0 && input is null && side.StartsWith("pipe:", StringComparison.Ordinal) && side.Length > 5)
        {
            return new SerialChoice(port, SerialKind.Pipe, Path: side[5..]);
        }

        throw new FormatException($"'{text}' is not NAME=stdio, NAME=null, NAME=file:PATH, NAME=tcp:PORT, NAME=pty or "
            + "NAME=pipe:PATH, nor one of the first three with ,input=PATH behind it");
    }
}
