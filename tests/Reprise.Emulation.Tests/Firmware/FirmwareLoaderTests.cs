using Reprise.Emulation.Firmware;

namespace Reprise.Emulation.Tests.Firmware;

public sealed class FirmwareLoaderTests
{
    [Test]
    public void Parse_Raw_GoesToTheLoadAddress()
    {
        var image = FirmwareLoader.Parse(new byte[] { 1, 2 }, "raw.bin", 0x8000);
        Assert.That(image.Format, Is.EqualTo(FirmwareFormat.Raw));
        Assert.That(image.EntryPoint, Is.Null);
        Assert.That(image.Segments[0].Address, Is.EqualTo(0x8000));
        Assert.That(image.Segments[0].Data.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    public void Parse_RawWithoutAddress_SaysSo()
    {
        var error = Assert.Throws<FirmwareException>(() => FirmwareLoader.Parse(new byte[4], "raw.bin", null))!;
        Assert.That(error.Message, Does.Contain("raw.bin").And.Contain("a raw file needs a load address"));
    }

    [TestCase(ulong.MaxValue, 2)]
    [TestCase(0ul, 0)]
    public void Parse_RawThatCannotBeLoaded_Fails(ulong address, int length) =>
        Assert.Throws<FirmwareException>(() => FirmwareLoader.Parse(new byte[length], "raw.bin", address));

    [Test]
    public void Parse_AddressForAFileWithAddresses_Fails()
    {
        var elf = new ElfBuilder().Segment(0, [1]).Build();
        Assert.Throws<FirmwareException>(() => FirmwareLoader.Parse(elf, "a.elf", 0));
        Assert.Throws<FirmwareException>(() => FirmwareLoader.Parse(":00000001FF"u8.ToArray(), "a.hex", 0));
    }

    [TestCase("")]
    [TestCase("no such file")]
    [TestCase("/")]
    [TestCase("nul\0inside")]
    public void Load_Unreadable_NamesTheFile(string path)
    {
        var error = Assert.Throws<FirmwareException>(() => FirmwareLoader.Load(path, null))!;
        Assert.That(error.File, Is.EqualTo(path));
        Assert.That(error.Expected, Does.StartWith("a readable file: "));
    }

    [Test]
    public void Load_HugeFile_FailsWithoutReadingIt()
    {
        var path = Path.GetTempFileName();
        try
        {
            using (var stream = File.OpenWrite(path))
            {
                stream.SetLength(FirmwareImage.MaximumBytes + 1L); // a hole: takes no disk
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<FirmwareException>(() => FirmwareLoader.Load(path, 0));
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
