using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Reprise.Emulation.Pictures;

/// <summary>
/// Writes a picture as PNG (W3C, Portable Network Graphics, third edition): three bytes a pixel, no filter, and nothing
/// in it but the picture, so that equal pictures are equal files.
/// </summary>
public static class PngWriter
{
    private const byte BitsInSample = 8;
    private const byte TrueColor = 2;
    private const byte NoFilter = 0;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The whole file.</summary>
    public static byte[] ToBytes(Picture picture)
    {
        var file = new MemoryStream();
        Write(file, picture);
        return file.ToArray();
    }

    /// <exception cref="IOException">The stream can't be written.</exception>
    public static void Write(Stream stream, Picture picture)
    {
        stream.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], picture.Height);
        (header[8], header[9]) = (BitsInSample, TrueColor);
        WriteChunk(stream, "IHDR"u8, header);
        WriteChunk(stream, "IDAT"u8, Compress(picture));
        WriteChunk(stream, "IEND"u8, []);
    }

    private static ReadOnlySpan<byte> Compress(Picture picture)
    {
        var data = new MemoryStream();
        using (var compressor = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[1 + (3 * picture.Width)];
            row[0] = NoFilter;
            for (var y = 0; y < picture.Height; y++)
            {
                for (var x = 0; x < picture.Width; x++)
                {
                    var pixel = picture.Pixels[(y * picture.Width) + x];
                    row[1 + (3 * x)] = (byte)(pixel >> 16);
                    row[2 + (3 * x)] = (byte)(pixel >> 8);
                    row[3 + (3 * x)] = (byte)pixel;
                }

                compressor.Write(row);
            }
        }

        return data.ToArray();
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        var sum = new Crc32();
        sum.Append(type);
        sum.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, sum.GetCurrentHashAsUInt32());
        stream.Write(number);
    }
}
