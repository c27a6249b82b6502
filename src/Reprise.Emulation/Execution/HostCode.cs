using Iced.Intel;

namespace Reprise.Emulation.Execution;

/// <summary>Machine code of the host, Unicorn's own or what it has translated, to be looked at.</summary>
internal static unsafe class HostCode
{
    /// <summary>Decodes what is at an address.</summary>
    /// <param name="address">Of code that has at least so many bytes behind it.</param>
    /// <param name="length">How many bytes are looked at.</param>
    public static Decoder DecoderAt(nint address, int length)
    {
        // SAFETY: the caller says that the bytes are there.
        var reader = new ByteArrayCodeReader(new ReadOnlySpan<byte>((void*)address, length).ToArray());
        return Decoder.Create(64, reader, (ulong)address);
    }
}
