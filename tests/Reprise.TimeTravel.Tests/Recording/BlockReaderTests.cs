using CsCheck;
using Reprise.TimeTravel.Recording;

namespace Reprise.TimeTravel.Tests.Recording;

public sealed class BlockReaderTests
{
    [TestCase(true)]
    [TestCase(false)]
    public void Read_EveryBlock_GivesWhatWasAppended(bool finish)
    {
        using var reader = SampleFile.Open(SampleFile.Write(finish));
        Assert.That(reader.Finished, Is.EqualTo(finish));
        Assert.That(reader.TailProblem, Is.Null);
        var read = reader.Blocks.Select(b => (b.Kind, b.First, b.Last, reader.Read(b)));
        Assert.That(read, Is.EqualTo(SampleFile.Blocks));
    }

    [Test]
    public void Open_CutAtAnyByte_HoldsEverySealedBlockOrFails()
    {
        var whole = SampleFile.Write(finish: true);
        using var complete = SampleFile.Open(whole);
        var ends = complete.Blocks.Select(b => b.Offset + 40 + b.CompressedLength).ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            var cut = whole[..length];
            if (length < 16)
            {
                Assert.Throws<RecordingException>(() => SampleFile.Open(cut));
                continue;
            }

            using var reader = SampleFile.Open(cut);
            Assert.That(reader.Finished, Is.False);
            Assert.That(reader.Blocks, Is.EqualTo(complete.Blocks.Take(ends.Count(e => e <= length))));
        }
    }

    [Test]
    public void Open_FinishedFileWithOneFlippedBit_Fails()
    {
        var whole = SampleFile.Write(finish: true);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<RecordingException>(() => SampleFile.Open(whole), $"bit {bit}");
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Test]
    public void Open_FinishedFileWithBytesBehindIt_Fails() =>
        Assert.Throws<RecordingException>(() => SampleFile.Open([.. SampleFile.Write(finish: true), 0]));

    [Test]
    public void Open_DamagedBlock_NamesFileAndOffset()
    {
        var whole = SampleFile.Write(finish: true);
        whole[16 + 40] ^= 1;
        var error = Assert.Throws<RecordingException>(() => SampleFile.Open(whole));
        Assert.That(error.Message, Does.StartWith("sample.reprise: at byte 16: expected a block whose hash is"));
    }

    [Test]
    public void Open_RandomBytesBehindAGoodStart_ThrowsNothingButRecordingException()
    {
        var good = SampleFile.Write(finish: true);
        Gen.Select(Gen.Int[0, good.Length], Gen.Byte.Array[0, 200]).Sample(
            (keep, noise) =>
            {
                try
                {
                    SampleFile.ReadAll([.. good[..keep], .. noise]);
                }
                catch (RecordingException)
                {
                    // The one answer to bad bytes.
                }
            },
            iter: 3000);
    }

    [TestCase(0)]
    [TestCase(5)]
    [TestCase(64 << 20)]
    public void Read_FrameOfAnotherLengthThanDeclared_Fails(int declared)
    {
        var bytes = SampleFile.Write(finish: false);
        using var before = SampleFile.Open(bytes);
        var block = before.Blocks[0];
        BitConverter.TryWriteBytes(bytes.AsSpan(16 + 8), declared);
        var hash = new System.IO.Hashing.XxHash64();
        hash.Append(bytes.AsSpan(16, 32));
        hash.Append(bytes.AsSpan(16 + 40, block.CompressedLength));
        BitConverter.TryWriteBytes(bytes.AsSpan(16 + 32), hash.GetCurrentHashAsUInt64());
        using var reader = SampleFile.Open(bytes);
        Assert.Throws<RecordingException>(() => reader.Read(reader.Blocks[0]));
    }
}
