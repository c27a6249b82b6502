using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Reprise.EndToEnd.Tests.Tools;

/// <summary>A picture as a file has it: three bytes a pixel, row by row.</summary>
internal sealed record PictureFile(int Width, int Height, byte[] Pixels)
{
    /// <summary>A PNG file as Reprise writes it.</summary>
    public static PictureFile ReadPng(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadInt32BigEndian(bytes[20..]));
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[33..]);
        using var data = new ZLibStream(new MemoryStream(bytes.Slice(41, length).ToArray()), CompressionMode.Decompress);
        var pixels = new byte[width * height * 3];
        for (var row = 0; row < height; row++)
        {
            Assert.That(data.ReadByte(), Is.Zero, "no filter");
            data.ReadExactly(pixels.AsSpan(row * width * 3, width * 3));
        }

        return new PictureFile(width, height, pixels);
    }

    /// <summary>A PPM file as QEMU writes it.</summary>
    public static PictureFile ReadPpm(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var header = Encoding.ASCII.GetString(bytes, 0, Math.Min(bytes.Length, 40)).Split('\n');
        Assert.That((header[0], header[2]), Is.EqualTo(("P6", "255")), path);
        var size = header[1].Split(' ').Select(int.Parse).ToArray();
        var start = header[0].Length + header[1].Length + header[2].Length + 3;
        return new PictureFile(size[0], size[1], bytes[start..]);
    }
}
