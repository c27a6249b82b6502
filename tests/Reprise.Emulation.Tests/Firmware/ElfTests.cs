using System.Buffers.Binary;
using Reprise.Emulation.Firmware;

namespace Reprise.Emulation.Tests.Firmware;

public sealed class ElfTests
{
    private const int Function = 2;
    private const int Object = 1;

    private static readonly byte[] Code = [1, 2, 3, 4];

    [TestCase(40, false, FirmwareMachine.Arm, 0x100ul)]
    [TestCase(3, false, FirmwareMachine.I386, 0x101ul)]
    [TestCase(62, true, FirmwareMachine.X64, 0x101ul)]
    public void Parse_EveryMachine_ReadsEverything(int machine, bool is64, FirmwareMachine expected, ulong entryPoint)
    {
        var elf = new ElfBuilder((ushort)machine, is64)
            .Segment(0x2000, Code, memorySize: 6)
            .Segment(0x1000, [9])
            .Symbol("word", 0x2000_0000, Object, 4)
            .Symbol("main", 0x2000, Function, 2);
        var image = Parse(elf.Build());
        Assert.Multiple(() =>
        {
            Assert.That(image.Format, Is.EqualTo(FirmwareFormat.Elf));
            Assert.That(image.Machine, Is.EqualTo(expected));
            Assert.That(image.EntryPoint, Is.EqualTo(entryPoint));
            Assert.That(image.Segments.Select(s => s.Address), Is.EqualTo(new[] { 0x1000ul, 0x2000ul }));
            Assert.That(image.Segments[0].Data.ToArray(), Is.EqualTo(new byte[] { 9 }));
            Assert.That(image.Segments[1].Data.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3, 4, 0, 0 }));
            Assert.That(image.Symbols, Is.EqualTo(new FirmwareSymbol[]
            {
                new("main", 0x2000, 2, IsFunction: true),
                new("word", 0x2000_0000, 4, IsFunction: false),
            }));
        });
    }

    [Test]
    public void Parse_SegmentLoadedWhereItDoesNotRun_HasNoZerosThere()
    {
        var elf = new ElfBuilder()
            .Segment(0x2000, Code, memorySize: 0x1_0000, at: 0x2000_0000)
            .Segment(0x2004, [], memorySize: 8, at: 0x2001_0000)
            .Segment(0x2004, [9]);
        var image = Parse(elf.Build());
        Assert.That(image.Segments.Select(s => (s.Address, s.Data.Length)), Is.EqualTo(new[] { (0x2000ul, 4), (0x2004ul, 1) }));
    }

    [Test]
    public void Parse_EntryInASegmentThatIsLoadedElsewhere_IsWhereItIsLoaded()
    {
        var elf = new ElfBuilder(machine: 3) { EntryPoint = 0xC000_2002 }.Segment(0x2000, Code, at: 0xC000_2000);
        Assert.That(Parse(elf.Build()).EntryPoint, Is.EqualTo(0x2002));
    }

    [Test]
    public void Parse_MultibootHeaderWithAddresses_GoesBeforeTheElf()
    {
        uint[] header = [0x1BAD_B002, 0x1_0000, unchecked(0u - 0x1BAD_B002 - 0x1_0000), 0x30_0004, 0x30_0000, 0x30_0028, 0x30_0030, 0x30_0024];
        byte[] data = [1, 2, 3, 4, .. header.SelectMany(BitConverter.GetBytes), 0xF4, 9, 9, 9];
        var elf = new ElfBuilder(machine: 3) { EntryPoint = 0xC000_0000 }
            .Segment(0x10_0000, data, at: 0xC000_0000).Symbol("start", 0xC000_0024, Function);
        var image = Parse(elf.Build());
        Assert.That(image.EntryPoint, Is.EqualTo(0x30_0024));
        Assert.That(image.Segments.Select(s => (s.Address, s.Data.Length)), Is.EqualTo(new[] { (0x30_0000ul, 0x30) }));
        Assert.That(image.Segments[0].Data[..0x28].ToArray(), Is.EqualTo(data));
        Assert.That(image.Symbols.Single().Address, Is.EqualTo(0xC000_0024), "names are of where it runs");
    }

    [Test]
    public void Parse_ThumbFunctionsAndMappingSymbols_ClearsTheBitAndSkipsThem()
    {
        var elf = new ElfBuilder().Segment(0, Code)
            .Symbol("$t", 0, 0).Symbol("$d.7", 2, 0).Symbol("$dollar", 4, 0).Symbol("odd_data", 7, Object)
            .Symbol("main", 9, Function).Symbol("main.c", 0, 4).Symbol("", 0, 3);
        Assert.That(Parse(elf.Build()).Symbols.Select(s => (s.Name, s.Address)), Is.EqualTo(new[]
        {
            ("$dollar", 4ul), ("odd_data", 7ul), ("main", 8ul),
        }));
    }

    [Test]
    public void Parse_Stripped_HasNoSymbols()
    {
        var elf = new ElfBuilder().Segment(0, Code).Symbol("main", 0, Function).Build();
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(32), 0);
        Assert.That(Parse(elf).Symbols, Is.Empty);
    }

    [TestCase(4, 3u, 4, "class 1 (32-bit) or 2 (64-bit)")]
    [TestCase(5, 2u, 5, "data 1 (little-endian)")]
    [TestCase(6, 0u, 6, "version 1")]
    [TestCase(16, 1u, 16, "an executable file (type 2)")]
    [TestCase(18, 8u, 18, "code for 32-bit ARM, i386 or x86-64")]
    [TestCase(42, 33u, 42, "program headers of 32 bytes")]
    [TestCase(46, 39u, 46, "section headers of 40 bytes")]
    [TestCase(44, 0u, 0, "at least one byte to load")]
    [TestCase(28, 255u, 0, "program headers inside the file")]
    [TestCase(32, 255u, 0, "section headers inside the file")]
    [TestCase(52 + 4, 255u, 52, "a segment inside the file")]
    [TestCase(52 + 16, 5u, 52, "a segment of 5 bytes in memory at least")]
    [TestCase(52 + 15, 255u, 52, "a segment that ends at or below 0xffffffff", 0xff_ffffu)]
    [TestCase(52 + 23, 17u, 52, "segments of at most 268435456 bytes together")]
    public void Parse_DamagedField_NamesPlaceAndExpectation(
        int offset, uint value, int place, string expected, uint rest = 0)
    {
        var elf = new ElfBuilder().Segment(0, Code).Symbol("main", 0, Function).Build();
        elf[offset] = (byte)value;
        if (rest != 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(offset - 3), rest | value << 24);
        }

        AssertFails(elf, place, expected);
    }

    [TestCase(24, 0u, 1, "a link to the string table of the symbols")]
    [TestCase(24, 9u, 1, "a link to the string table of the symbols")]
    [TestCase(36, 15u, 1, "symbols of 16 bytes")]
    [TestCase(16, 255u, 1, "a symbol table inside the file")]
    [TestCase(20, 33u, 1, "a symbol table of a multiple of 16 bytes")]
    [TestCase(16, 255u, 2, "a string table inside the file")]
    public void Parse_DamagedSection_NamesPlaceAndExpectation(int offset, uint value, int section, string expected)
    {
        var elf = new ElfBuilder().Segment(0, Code).Symbol("main", 0, Function).Build();
        var at = elf.Length - (3 - section) * 40;
        elf[at + offset] = (byte)value;
        var firstNamed = expected.StartsWith("a link") ? elf.Length - 80 : at;
        AssertFails(elf, firstNamed, expected);
    }

    [Test]
    public void Parse_SecondSymbolTable_Fails()
    {
        var elf = new ElfBuilder().Segment(0, Code).Symbol("main", 0, Function).Build();
        elf.AsSpan(^80..^40).CopyTo(elf.AsSpan(^120));
        AssertFails(elf, elf.Length - 80, "one symbol table, but this is a second");
    }

    [Test]
    public void Parse_NameOutsideTheStringTable_Fails()
    {
        var elf = new ElfBuilder().Segment(0, Code).Symbol("main", 0, Function).Build();
        var at = 52 + 32 + 4 + 16;
        elf[at] = 200;
        AssertFails(elf, at, "a name inside the string table of 6 bytes, not at 200");
        elf[at] = 1;
        elf[at + 16 + 5] = (byte)'x';
        AssertFails(elf, at, "a name that ends inside the string table");
    }

    [Test]
    public void Parse_ManySymbolsOfOneLongName_IsBounded()
    {
        var name = new string('n', 1 << 16);
        var builder = new ElfBuilder().Segment(0, Code).Symbol(name, 0, Object);
        for (var i = 0; i < 1100; i++)
        {
            builder.Symbol("s", 0, Object);
        }

        var elf = builder.Build();
        for (var i = 0; i < 1100; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(52 + 32 + 4 + 32 + i * 16), 1);
        }

        var error = Assert.Throws<FirmwareException>(() => Parse(elf));
        Assert.That(error!.Expected, Is.EqualTo("names of at most 67108864 bytes together"));
    }

    [Test]
    public void Parse_OverlappingSegments_NamesBoth()
    {
        var elf = new ElfBuilder().Segment(0x103, Code).Segment(0x100, Code).Build();
        AssertFails(elf, 52, "no other bytes at 0x103, but those loaded at 0x100 reach there");
    }

    private static FirmwareImage Parse(byte[] bytes) => FirmwareLoader.Parse(bytes, "test.elf", null);

    private static void AssertFails(byte[] elf, int place, string expected)
    {
        var error = Assert.Throws<FirmwareException>(() => Parse(elf))!;
        Assert.That(error.Message, Does.StartWith($"test.elf: at byte {place}: expected {expected}"));
        Assert.That(error.Offset, Is.EqualTo(place));
    }
}
