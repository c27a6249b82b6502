namespace Reprise.Emulation.Semihosting;

/// <summary>":semihosting-features": a magic number, then bits that say which extensions there are.</summary>
internal static class FeaturesFile
{
    public const string Name = ":semihosting-features";

    private const byte ExitExtended = 1 << 0;
    private const byte StandardOutputAndError = 1 << 1;

    public static ReadOnlySpan<byte> Bytes =>
        [(byte)'S', (byte)'H', (byte)'F', (byte)'B', ExitExtended | StandardOutputAndError];
}
