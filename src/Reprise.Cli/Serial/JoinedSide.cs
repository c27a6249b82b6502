namespace Reprise.Cli.Serial;

/// <summary>Output that shares its way out with others, in order; input of its own.</summary>
/// <param name="output">Where output goes; not owned.</param>
/// <param name="input">What comes in, if anything does.</param>
internal sealed class JoinedSide(StreamSide output, IByteSource? input) : SerialSide
{
    public override IByteSource? Input => input;

    public override void Write(byte value) => output.Write(value);
}
