using System.Text;
using Reprise.Emulation.Firmware;

namespace Reprise.Emulation.Tests.Firmware;

public sealed class IntelHexTests
{
    private const string End = ":00000001FF\n";

    [Test]
    public void Parse_LinearRecords_JoinsNeighboursAndSortsSegments()
    {
        var text = Record(4, 0, 0x20, 0x01) + Record(0, 0xFFFE, 1, 2) + Record(4, 0, 0x20, 0x02)
            + Record(0, 0, 3) + Record(0, 8, 4) + Record(4, 0, 0, 0) + "\r\n" + Record(0, 0x10, 5)
            + Record(5, 0, 0, 0, 1, 0x41) + End;
        var image = Parse(text);
        Assert.That(image.Format, Is.EqualTo(FirmwareFormat.IntelHex));
        Assert.That(image.EntryPoint, Is.EqualTo(0x141));
        Assert.That(
            image.Segments.Select(s => (s.Address, Convert.ToHexString(s.Data.Span))),
            Is.EqualTo(new[] { (0x10ul, "05"), (0x2001_FFFEul, "010203"), (0x2002_0008ul, "04") }));
    }

    [Test]
    public void Parse_SegmentedRecords_AddsSixteenTimesTheSegment()
    {
        var image = Parse(Record(2, 0, 0xF0, 0) + Record(0, 0xFFFF, 7) + Record(3, 0, 0xF0, 0, 0xFF, 0xF0) + End);
        Assert.That(image.Segments[0].Address, Is.EqualTo(0xFFFFF));
        Assert.That(image.EntryPoint, Is.EqualTo(0xFFFF0));
    }

    [Test]
    public void Parse_LowerCaseAndWindowsLines_Reads() =>
        Assert.That(Parse(":02000000abcd86  \r\n\r\n:00000001ff").Segments[0].Data.ToArray(),
            Is.EqualTo(new byte[] { 0xab, 0xcd }));

    [TestCase(":0100000001FD\n", 2, "the checksum FE")]
    [TestCase(":0200000001FD\n", 2, "7 bytes, as the length says")]
    [TestCase(":00000001\n", 2, "five bytes at least")]
    [TestCase(":010000000", 2, "pairs of hexadecimal digits, 260 at most")]
    [TestCase(":01000000xxFE\n", 2, "pairs of hexadecimal digits, 260 at most")]
    [TestCase("0100000001FE\n", 2, "a colon")]
    [TestCase(":00000006FA\n", 2, "a record of type 00 to 05")]
    [TestCase(":00000004FC\n", 2, "2 bytes of data in a record of this type")]
    [TestCase(":00000001FF\n:00000001FF\n", 3, "nothing behind the end-of-file record")]
    [TestCase(":0100000001FE\n:00000001FF\n", 2, "no other bytes at 0x0, but those loaded at 0x0 reach there")]
    [TestCase(":020000020000FC\n:02FFFF00000000\n", 3, "a record that does not cross its segment's end")]
    [TestCase(":02000004FFFFFC\n:02FFFF00000000\n:00000001FF", 3, "a segment that ends at or below 0xffffffff")]
    [TestCase("", 1, "an end-of-file record")]
    public void Parse_BadSecondLine_NamesLineAndExpectation(string text, int line, string expected)
    {
        var error = Assert.Throws<FirmwareException>(() => Parse(Record(0, 0, 1) + text))!;
        Assert.That(error.Message, Is.EqualTo($"test.hex: at line {line}: expected {expected}"));
    }

    [Test]
    public void Parse_NoData_Fails() => Assert.Throws<FirmwareException>(() => Parse(End));

    private static FirmwareImage Parse(string text) =>
        FirmwareLoader.Parse(Encoding.ASCII.GetBytes(text), "test.hex", null);

    private static string Record(byte type, ushort offset, params byte[] data)
    {
        byte[] record = [(byte)data.Length, (byte)(offset >> 8), (byte)offset, type, .. data];
        return $":{Convert.ToHexString(record)}{(byte)-record.Sum(b => b):X2}\n";
    }
}
