using System.Globalization;

namespace Reprise.Cli.Options;

/// <summary>What a serial port of the board is joined to.</summary>
/// <param name="Port">The port's name on its board.</param>
/// <param name="Kind">The host's side.</param>
/// <param name="Path">The file (<see cref="SerialKind.File"/>).</param>
/// <param name="TcpPort">Where to listen (<see cref="SerialKind.Tcp"/>); 0 takes a free one.</param>
internal readonly record struct SerialChoice(string Port, SerialKind Kind, string Path = "", int TcpPort = 0)
{
    /// <summary>Reads NAME=stdio|null|file:PATH|tcp:PORT.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static SerialChoice Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var (port, side) = equals > 0 ? (text[..equals], text[(equals + 1)..]) : ("", "");
        if (port.Length > 0 && side is "stdio" or "null")
        {
            return new SerialChoice(port, side == "stdio" ? SerialKind.Stdio : SerialKind.Null);
        }

        if (side.StartsWith("file:", StringComparison.Ordinal) && side.Length > 5)
        {
            return new SerialChoice(port, SerialKind.File, Path: side[5..]);
        }

        if (side.StartsWith("tcp:", StringComparison.Ordinal)
            && ushort.TryParse(side.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return new SerialChoice(port, SerialKind.Tcp, TcpPort: number);
        }

        throw new FormatException($"'{text}' is not NAME=stdio, NAME=null, NAME=file:PATH or NAME=tcp:PORT");
    }
}
