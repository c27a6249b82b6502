using Reprise.TimeTravel.Recording;

namespace Reprise.TimeTravel.Tests.Recording;

public sealed class BlockWriterTests
{
    [Test]
    public void Append_FileStillOpenInTheWriter_IsReadableAtOnce()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "append-still-open.reprise");
        File.Delete(path);
        using (var writer = new BlockWriter(path))
        {
            writer.Append(BlockKind.InputEvents, 1, 2, RecordPayload.Encode(Records.Event));
            writer.Flush();
            using var reader = new BlockReader(path);
            Assert.That(reader.ReadRecords<InputEvent>(reader.Blocks[0])[0].Position, Is.EqualTo(7));
        }

        File.Delete(path);
    }

    [Test]
    public void Append_Misuse_IsRefused()
    {
        using var writer = new BlockWriter(new MemoryStream());
        Assert.Throws<ArgumentException>(() => writer.Append(BlockKind.Footer, 0, 0, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Append(BlockKind.Header, 2, 1, []));
        writer.Finish();
        Assert.Throws<InvalidOperationException>(() => writer.Append(BlockKind.Header, 0, 0, []));
    }
}
