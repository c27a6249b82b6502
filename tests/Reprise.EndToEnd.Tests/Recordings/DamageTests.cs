using Reprise.EndToEnd.Tests.Tools;
using Reprise.TimeTravel.Recording;

namespace Reprise.EndToEnd.Tests.Recordings;

/// <summary>A real, small recording: cut everywhere, and flipped at every byte.</summary>
internal sealed class DamageTests
{
    private static readonly byte[] _whole = Record();

    [Test]
    public void Open_EveryByteFlipped_IsNoticed()
    {
        using var folder = new TempFolder();
        var file = folder.File("flipped.reprise");
        var random = new Random(8);
        for (var at = 0; at < _whole.Length; at++)
        {
            var bytes = _whole.ToArray();
            bytes[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(file, bytes);
            var error = Assert.Throws<RecordingException>(() => new RecordingFile(file), $"byte {at}");
            Assert.That(error.Message, Does.Match($"^{file}: at byte \\d+: expected "));
        }
    }

    [Test]
    public void Open_CutAnywhere_OpensUpToTheLastSealedIntervalOrSaysWhyNot()
    {
        using var folder = new TempFolder();
        var file = folder.File("cut.reprise");
        File.WriteAllBytes(file, _whole);
        List<(long End, ulong Position)> ends = [];
        long headerEnd;
        using (var reader = new BlockReader(file))
        {
            headerEnd = reader.Blocks[0].Offset + 40 + reader.Blocks[0].CompressedLength;
            ends.AddRange(reader.Blocks.Where(block => block.Kind == BlockKind.Intervals)
                .Select(block => (block.Offset + 40 + block.CompressedLength, block.Last)));
        }

        Assert.That(ends, Has.Count.GreaterThan(5));
        for (var length = 0; length < _whole.Length; length++)
        {
            File.WriteAllBytes(file, _whole[..length]);
            if (length < headerEnd)
            {
                Assert.Throws<RecordingException>(() => new RecordingFile(file), $"length {length}");
                continue;
            }

            using var recording = new RecordingFile(file);
            Assert.That(recording.Finished, Is.False);
            Assert.That(
                recording.History.ClosedEnd,
                Is.EqualTo(ends.Where(end => end.End <= length).Select(end => end.Position).LastOrDefault()));
        }
    }

    [Test]
    public void Tool_FlippedAndCut_AnswersInOneLine()
    {
        using var folder = new TempFolder();
        var file = folder.File("bad.reprise");
        var random = new Random(9);
        foreach (var command in new[] { "info", "verify", "replay" })
        {
            var bytes = _whole.ToArray();
            bytes[random.Next(bytes.Length)] ^= 0x10;
            File.WriteAllBytes(file, bytes);
            var result = Tool.Run(command, file);
            Assert.That(result.Status, Is.EqualTo(2), result.ToString());
            Assert.That(result.Error, Does.Match($"^reprise: {file}: at byte \\d+: expected .*\n$"), result.ToString());
            File.WriteAllBytes(file, _whole[..random.Next(_whole.Length / 2, _whole.Length - 30)]);
            Assert.That(Tool.Run(command, file).Status, Is.Zero, "what is left of it is good");
        }
    }

    private static byte[] Record()
    {
        using var folder = new TempFolder();
        var file = folder.File("small.reprise");
        var result = Tool.RunWith("hello\nquit\n", "run", new Sample("echo").Elf, "--record", file,
            "--snapshot-interval", "300");
        Assert.That(result.Status, Is.Zero, result.ToString());
        return File.ReadAllBytes(file);
    }
}
