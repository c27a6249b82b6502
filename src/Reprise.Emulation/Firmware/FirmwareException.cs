namespace Reprise.Emulation.Firmware;

/// <summary>A firmware file can't be read, or is not what its format says. Names file, place and expectation.</summary>
public sealed class FirmwareException : Exception
{
    public FirmwareException(string file, long offset, string expected, Exception? inner = null)
        : this(file, offset, line: null, expected, inner)
    {
    }

    public FirmwareException(string file, long offset, int? line, string expected, Exception? inner = null)
        : base($"{file}: at {(line is { } l ? $"line {l}" : $"byte {offset}")}: expected {expected}", inner)
    {
        File = file;
        Offset = offset;
        Line = line;
        Expected = expected;
    }

    public string File { get; }

    /// <summary>Byte offset in the file at which the faulty structure begins.</summary>
    public long Offset { get; }

    /// <summary>Line of a text format, counted from 1; null in the others.</summary>
    public int? Line { get; }

    public string Expected { get; }
}
