using System.Text;
using CsCheck;
using Reprise.Emulation.Firmware;

namespace Reprise.Emulation.Tests.Firmware;

/// <summary>Whatever the bytes are: an image or a FirmwareException, and no more memory than the limit.</summary>
public sealed class UntrustedBytesTests
{
    private static readonly byte[] Elf32 = new ElfBuilder().Segment(0x100, [1, 2, 3], 64).Segment(0x1000, [4])
        .Symbol("main", 0x101, 2).Symbol("word", 0x1000, 1).Build();

    private static readonly byte[] Elf64 = new ElfBuilder(62, is64: true).Segment(0x100, [1, 2, 3], 64)
        .Symbol("main", 0x101, 2).Build();

    private static readonly byte[] Hex = Encoding.ASCII.GetBytes(
        ":020000040001F9\n:0400100001020304E2\r\n:020000021000EC\n:0100000007F8\n:0400000500000101F5\n:00000001FF\n");

    [Test]
    public void Parse_GoodFiles_AreGood()
    {
        foreach (var file in new[] { Elf32, Elf64, Hex })
        {
            Assert.That(FirmwareLoader.Parse(file, "good", null).Segments, Is.Not.Empty);
        }
    }

    [Test]
    public void Parse_RandomBytes_NeverFailsOtherwise() =>
        Gen.Byte.Array[0, 300].Sample(bytes => Survives(bytes), iter: 2000);

    [Test]
    public void Parse_RandomBytesBehindARealBeginning_NeverFailsOtherwise() =>
        Gen.Select(OneOf(Elf32[..7], Elf64[..7], Elf32[..20], Elf64[..20], Hex[..9]), Gen.Byte.Array[0, 300])
            .Sample((head, tail) => Survives([.. head, .. tail]), iter: 2000);

    [Test]
    public void Parse_TruncatedAnywhere_NeverFailsOtherwise()
    {
        foreach (var file in new[] { Elf32, Elf64, Hex })
        {
            for (var length = 0; length < file.Length; length++)
            {
                Survives(file[..length]);
            }
        }
    }

    [Test]
    public void Parse_MutatedBytes_NeverFailsOtherwise()
    {
        var mutation = Gen.Select(Gen.Int[0, 999], Gen.OneOf(Gen.Byte, OneOf<byte>(0, 1, 0x7f, 0x80, 0xff)));
        Gen.Select(OneOf(Elf32, Elf64, Hex), mutation.Array[1, 6]).Sample(
            (file, mutations) =>
            {
                var mutated = file.ToArray();
                foreach (var (at, value) in mutations)
                {
                    mutated[at % mutated.Length] = value;
                }

                Survives(mutated);
            },
            iter: 5000);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static void Survives(byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var image = FirmwareLoader.Parse(bytes, "fuzz", null);
            Assert.That(image.Segments.Sum(s => (long)s.Data.Length), Is.LessThanOrEqualTo(FirmwareImage.MaximumBytes));
        }
        catch (FirmwareException e)
        {
            Assert.That(e.Message, Does.StartWith("fuzz: at "));
            Assert.That(e.Offset, Is.InRange(0, bytes.Length));
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated, Is.LessThan(FirmwareImage.MaximumBytes + (1 << 20)));
    }
}
