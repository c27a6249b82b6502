using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Reprise.Emulation.Pictures;

namespace Reprise.Emulation.Tests.Pictures;

public sealed class PictureTests
{
    [Test]
    public void Png_EveryChunk_HasItsSum()
    {
        var file = PngWriter.ToBytes(new Picture(3, 2, [1, 2, 3, 0xFF0000, 0x00FF00, 0x0000FF]));
        Assert.That(file.AsSpan(0, 8).ToArray(), Is.EqualTo(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }));
        var names = new List<string>();
        for (var place = 8; place < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(place));
            names.Add(Encoding.ASCII.GetString(file, place + 4, 4));
            Assert.That(
                BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(place + 8 + length)),
                Is.EqualTo(Crc32.HashToUInt32(file.AsSpan(place + 4, 4 + length))));
            place += 12 + length;
        }

        Assert.That(names, Is.EqualTo(new[] { "IHDR", "IDAT", "IEND" }));
    }

    [Test]
    public void Braille_BlackAndWhite_AreEmptyAndFull()
    {
        Assert.That(BrailleText.Of(Filled(4, 8, 0)), Is.EqualTo("\u2800\u2800\n\u2800\u2800\n"));
        Assert.That(BrailleText.Of(Filled(4, 8, 0xFFFFFF)), Is.EqualTo("\u28ff\u28ff\n\u28ff\u28ff\n"));
    }

    [Test]
    public void Braille_OneDot_IsWhereItsPixelIs()
    {
        var pixels = new uint[8];
        pixels[(2 * 2) + 1] = 0xFFFFFF;
        Assert.That(BrailleText.Of(new Picture(2, 4, pixels)), Is.EqualTo("\u2820\n"));
    }

    [Test]
    public void Braille_LargePicture_FitsATerminal()
    {
        var lines = BrailleText.Of(Filled(1023, 767, 0x808080)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That((lines.Max(line => line.Length), lines.Length), Is.EqualTo((74, 28)));
        var dots = lines[..^1].Sum(line => line[..^1].Sum(letter => int.PopCount(letter - 0x2800)));
        Assert.That(dots / (8.0 * lines[..^1].Sum(line => line.Length - 1)), Is.EqualTo(0.5).Within(0.05));
    }

    [Test]
    public void New_PixelsOfAnotherSize_AreRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Picture(2, 2, new uint[3]));

    private static Picture Filled(int width, int height, uint pixel) =>
        new(width, height, [.. Enumerable.Repeat(pixel, width * height)]);
}
