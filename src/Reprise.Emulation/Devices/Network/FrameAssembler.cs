using System.Buffers.Binary;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Network;

/// <summary>
/// Makes frames of the bytes that come in at a network port: of each its length (4 bytes, the highest first), then the frame
/// without its check sequence. That is what QEMU's <c>-netdev socket</c> and <c>stream</c> and passt talk over a stream.
/// </summary>
public sealed class FrameAssembler
{
    /// <summary>Bytes of the shortest frame, without its check sequence.</summary>
    public const int ShortestFrame = 60;

    /// <summary>Bytes of the longest frame (IEEE 802.3 with a VLAN tag has 1518); what is longer is passed over.</summary>
    public const int LongestFrame = 2044;

    private const int LengthBytes = 4;

    private readonly byte[] _bytes = new byte[LengthBytes + LongestFrame];
    private int _count;
    private uint _unwanted;

    /// <summary>The frame, once it is whole.</summary>
    public ReadOnlySpan<byte> Frame => _bytes.AsSpan(LengthBytes, (int)Length);

    private uint Length => BinaryPrimitives.ReadUInt32BigEndian(_bytes);

    /// <summary>Takes a byte.</summary>
    /// <returns>Whether it was the last of <see cref="Frame"/>, which lasts until the next byte.</returns>
    public bool Add(byte value)
    {
        if (_unwanted > 0)
        {
            _unwanted--;
            return false;
        }

        _bytes[_count++] = value;
        if (_count < LengthBytes)
        {
            return false;
        }

        if (Length > LongestFrame)
        {
            (_unwanted, _count) = (Length, 0);
            return false;
        }

        if (_count < LengthBytes + Length)
        {
            return false;
        }

        _count = 0;
        return Length > 0;
    }

    /// <summary>Sends a frame in the same way.</summary>
    public static void Send(ReadOnlySpan<byte> frame, IOutputSink output, string port)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt32BigEndian(length, frame.Length);
        foreach (var value in length)
        {
            output.Write(port, value);
        }

        foreach (var value in frame)
        {
            output.Write(port, value);
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_unwanted);
        writer.Write(_bytes.AsSpan(0, _count));
    }

    /// <exception cref="InvalidDataException">There is more than a frame.</exception>
    public void Restore(ref StateReader reader)
    {
        _unwanted = reader.ReadUInt32();
        var bytes = reader.ReadBytes();
        if (bytes.Length >= _bytes.Length)
        {
            throw new InvalidDataException(
                $"state of a network port: {bytes.Length} bytes of a frame, expected fewer than {_bytes.Length}");
        }

        _count = bytes.Length;
        bytes.CopyTo(_bytes);
    }
}
