namespace Reprise.TimeTravel.Recording;

/// <summary>The bytes of a recording are not what the format says. Names file, offset and expectation.</summary>
public sealed class RecordingException : Exception
{
    public RecordingException(string file, long offset, string expected, Exception? inner = null)
        : base($"{file}: at byte {offset}: expected {expected}", inner)
    {
        File = file;
        Offset = offset;
        Expected = expected;
    }

    public string File { get; }

    /// <summary>Byte offset in the file at which the faulty structure begins.</summary>
    public long Offset { get; }

    public string Expected { get; }
}
