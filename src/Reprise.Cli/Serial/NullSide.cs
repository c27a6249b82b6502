namespace Reprise.Cli.Serial;

/// <summary>Nobody reads what is written.</summary>
/// <param name="input">What comes in, if anything does.</param>
internal sealed class NullSide(IByteSource? input = null) : SerialSide
{
    public override IByteSource? Input => input;

    public override void Write(byte value)
    {
    }
}
