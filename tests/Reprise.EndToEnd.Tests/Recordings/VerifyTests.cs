using Reprise.EndToEnd.Tests.Tools;
using Reprise.TimeTravel.Recording;

namespace Reprise.EndToEnd.Tests.Recordings;

/// <summary>The exit status of <c>verify</c>: 0 equal, 1 diverged with the position, 2 could not check.</summary>
internal sealed class VerifyTests
{
    private static readonly TempFolder _folder = new();

    private static string Echo => _folder.File("echo.reprise");

    [OneTimeSetUp]
    public static void Record()
    {
        var result = Tool.RunWith(
            new Sample("echo").Input, "run", new Sample("echo").Elf, "--record", Echo, "--snapshot-interval", "400");
        Assert.That(result.Status, Is.Zero, result.ToString());
        Assert.That(result.Output, Is.EqualTo(new Sample("echo").Expected));
    }

    [OneTimeTearDown]
    public static void Remove() => _folder.Dispose();

    [TestCase("torture", 3_000_000ul, "")]
    [TestCase("ticks", 60_000_000ul, "")]
    [TestCase("overrun", 60_000_000ul, "")]
    [TestCase("compute", 40_000_000ul, "")]
    [TestCase("polling", 60_000_000ul, "")]
    [TestCase("sleeping", 60_000_000ul, "")]
    [TestCase("guards", 60_000_000ul, "")]
    [TestCase("echo", 60_000_000ul, "hello\nquit\n")]
    public void Verify_EverySample_IsEqualAndReplaysItsOutput(string sample, ulong limit, string input)
    {
        using var folder = new TempFolder();
        var file = folder.File("sample.reprise");
        var recorded = Tool.Record(sample, file, limit, input);
        Assert.That(recorded.Status, Is.Zero, recorded.ToString());
        var verified = Tool.Run("verify", file);
        Assert.That(verified.Status, Is.Zero, verified.ToString());
        Assert.That(verified.Output, Does.StartWith($"{file}: equal, "));
        var replayed = Tool.Run("replay", file);
        Assert.That(replayed.Output, Is.EqualTo(recorded.Output));
        Assert.That(replayed.Status, Is.Zero);
    }

    [Test]
    public void Verify_AfterAnotherIntervalHash_DivergesInThatInterval()
    {
        var file = Rewrite("hash", (interval, index) => index == 3
            ? interval with { HashHigh = interval.HashHigh ^ 1 } : interval);
        var interval = Intervals(file)[3];
        var result = Tool.Run("verify", file);
        Assert.That(result.Status, Is.EqualTo(1), result.ToString());
        Assert.That(result.Output, Does.StartWith(
            $"{file}: DIVERGED in the interval from {interval.First} to {interval.Last}: "));
    }

    [Test]
    public void Verify_AfterAnotherInput_DivergesInItsInterval()
    {
        var changed = 0ul;
        var file = Rewrite("input", change: input =>
        {
            changed = input.Position;
            return input with { Data = new[] { (byte)(input.Data.Span[0] ^ 1) } };
        });
        var interval = Intervals(file).First(candidate => candidate.Last >= changed
            && candidate.Last > candidate.First);
        var result = Tool.Run("verify", file);
        Assert.That(result.Status, Is.EqualTo(1), result.ToString());
        Assert.That(result.Output, Does.Match(
            $"DIVERGED in the interval from \\d+ to (\\d+): ").And.Contain($" to {interval.Last}: "),
            $"input at {changed}");
        var replay = Tool.Run("replay", file);
        Assert.That(replay.Output, Is.Not.EqualTo(new Sample("echo").Expected));
    }

    [Test]
    public void Verify_SeveralFiles_TheWorstNewsIsTheStatus()
    {
        var diverged = Rewrite("worst", (interval, index) => index == 3 ? interval with { HashLow = 1 } : interval);
        var damaged = _folder.File("damaged.reprise");
        File.WriteAllText(damaged, "this is no recording at all");
        Assert.That(Tool.Run("verify", Echo, damaged).Status, Is.EqualTo(2));
        var worst = Tool.Run("verify", damaged, diverged, Echo);
        Assert.That(worst.Status, Is.EqualTo(1), worst.ToString());
        var all = Tool.Run("verify", diverged, Echo, damaged);
        Assert.That(all.Status, Is.EqualTo(1));
        Assert.That(all.Output, Does.Contain("DIVERGED").And.Contain(": equal, "), all.ToString());
        Assert.That(all.Error, Does.Contain("at byte 0: expected the magic"));
    }

    [TestCase("missing.reprise")]
    [TestCase("")]
    [TestCase(".")]
    public void Verify_WhatCannotBeRead_IsStatus2(string name)
    {
        var result = Tool.Run("verify", name.Length > 0 ? _folder.File(name) : name);
        Assert.That(result.Status, Is.EqualTo(2), result.ToString());
        Assert.That(result.Error, Does.StartWith("reprise: "));
    }

    private static IReadOnlyList<IntervalRecord> Intervals(string file)
    {
        using var recording = new RecordingFile(file);
        return [.. recording.History.Intervals];
    }

    /// <summary>The recording with other intervals or another first input, sealed by the library's writer.</summary>
    private static string Rewrite(
        string name,
        Func<IntervalRecord, int, IntervalRecord>? interval = null,
        Func<InputEvent, InputEvent>? change = null)
    {
        var file = _folder.File(name + ".reprise");
        using var reader = new BlockReader(Echo);
        using var writer = new BlockWriter(file);
        var (intervals, changed) = (0, false);
        foreach (var block in reader.Blocks)
        {
            var payload = reader.Read(block);
            if (block.Kind == BlockKind.Intervals && interval is not null)
            {
                payload = RecordPayload.Encode<IntervalRecord>(
                    [.. reader.ReadRecords<IntervalRecord>(block).Select(record => interval(record, intervals++))]);
            }
            else if (block.Kind == BlockKind.InputEvents && change is not null && !changed)
            {
                var events = reader.ReadRecords<InputEvent>(block);
                payload = RecordPayload.Encode<InputEvent>([change(events[0]), .. events.Skip(1)]);
                changed = true;
            }

            writer.Append(block.Kind, block.First, block.Last, payload);
        }

        writer.Finish();
        return file;
    }
}
