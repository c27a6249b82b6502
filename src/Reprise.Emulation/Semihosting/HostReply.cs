using System.Buffers.Binary;

namespace Reprise.Emulation.Semihosting;

/// <summary>The host's answer to a <see cref="HostRequest"/>: the data of an input event.</summary>
/// <param name="Result">What the guest finds in its result register.</param>
/// <param name="Error">What SYS_ERRNO answers from now on.</param>
/// <param name="Data">Bytes for the request's buffer.</param>
public readonly record struct HostReply(uint Result, HostError Error, ReadOnlyMemory<byte> Data)
{
    /// <summary>Bytes before <see cref="Data"/> in an event: result and error, little-endian.</summary>
    public const int HeaderLength = 2 * sizeof(uint);

    private const uint Failure = uint.MaxValue;

    public static HostReply Success(uint result) => new(result, HostError.None, default);

    public static HostReply Failed(HostError error) => new(Failure, error, default);

    /// <param name="data">At least <see cref="HeaderLength"/> bytes that <see cref="ToBytes"/> made.</param>
    public static HostReply Parse(ReadOnlyMemory<byte> data) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(data.Span),
        (HostError)BinaryPrimitives.ReadUInt32LittleEndian(data.Span[sizeof(uint)..]),
        data[HeaderLength..]);

    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderLength + Data.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Result);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(sizeof(uint)), (uint)Error);
        Data.Span.CopyTo(bytes.AsSpan(HeaderLength));
        return bytes;
    }
}
