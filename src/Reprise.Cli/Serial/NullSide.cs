namespace Reprise.Cli.Serial;

/// <summary>Nobody is there.</summary>
internal sealed class NullSide : SerialSide
{
    public override void Write(byte value)
    {
    }
}
