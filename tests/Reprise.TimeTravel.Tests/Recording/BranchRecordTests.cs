using System.Buffers.Binary;
using System.IO.Hashing;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Tests.Travel;

namespace Reprise.TimeTravel.Tests.Recording;

/// <summary>Branches in the file: what a good one is, and every way to be a bad one.</summary>
public sealed class BranchRecordTests
{
    private static readonly IntervalRecord _first = new(0, 100, 0, 0, [], [], [], []);

    [Test]
    public void Open_GoodBranches_GivesTheTree()
    {
        var branches = Open(
            new BranchRecord(1, 0, 40), _first with { Last = 40 }, new InputEvent(40, 3, "", new byte[5]),
            _first with { First = 40, Last = 70 }, new BranchRecord(0, 0, 0), _first with { First = 100, Last = 120 },
            new BranchRecord(2, 1, 70), new BranchRecord(1, 0, 40), _first with { First = 70, Last = 75 });
        Assert.That(branches, Is.EqualTo("0: 0-120 0, 1: 40-75 1, 2: 70-70 1"));
    }

    [TestCase(2u, 0u, 40ul, TestName = "a number left out")]
    [TestCase(1u, 1u, 40ul, TestName = "its own parent")]
    [TestCase(1u, 7u, 40ul, TestName = "a parent that is not there")]
    [TestCase(1u, 0u, 101ul, TestName = "a fork behind the parent's end")]
    [TestCase(0u, 0u, 1ul, TestName = "the first one forks")]
    [TestCase(uint.MaxValue, uint.MaxValue, ulong.MaxValue, TestName = "numbers without end")]
    public void Open_BadBranch_IsRefused(uint number, uint parent, ulong fork) =>
        Assert.Throws<RecordingException>(() => Open(new BranchRecord(number, parent, fork)));

    [Test]
    public void Open_BranchThatChanges_IsRefused() =>
        Assert.Throws<RecordingException>(() => Open(new BranchRecord(1, 0, 40), new BranchRecord(1, 0, 41)));

    [Test]
    public void Open_ForkBeforeItsParents_IsRefused() =>
        Assert.Throws<RecordingException>(() => Open(new BranchRecord(1, 0, 40), new BranchRecord(2, 1, 39)));

    [Test]
    public void Open_EventBeforeTheFork_IsRefused() => Assert.Throws<RecordingException>(() => Open(
        new BranchRecord(1, 0, 40), new InputEvent(39, 3, "", new byte[5]), _first with { Last = 50 }));

    [Test]
    public void Open_BranchesWithoutEnd_IsRefused() => Assert.Throws<RecordingException>(
        () => Open([.. Enumerable.Range(1, 1000).Select(number => new BranchRecord((uint)number, 0, 40))]));

    [Test]
    public void Open_Version1_IsReadAndALaterOneIsNot()
    {
        WithFile([], path =>
        {
            Stamp(path, 1);
            using (var old = new RecordingFile(path))
            {
                Assert.That(old.History.ClosedEnd, Is.EqualTo(100));
                Assert.That(old.History.Branches, Has.Count.EqualTo(1));
            }

            Stamp(path, RecordingFormat.Version + 1);
            Assert.That(
                () => new RecordingFile(path),
                Throws.TypeOf<RecordingException>().With.Message.Contains(
                    $"format version 1 to {RecordingFormat.Version}, found {RecordingFormat.Version + 1}"));
        });
    }

    private static void Stamp(string path, uint version)
    {
        var bytes = File.ReadAllBytes(path);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), (uint)XxHash64.HashToUInt64(bytes.AsSpan(0, 12)));
        File.WriteAllBytes(path, bytes);
    }

    private static string Open(params object[] records)
    {
        var text = "";
        WithFile(records, path =>
        {
            using var file = new RecordingFile(path);
            text = string.Join(", ", file.History.Branches.Select(branch =>
                $"{branch.Number}: {branch.ForkPosition}-{branch.ClosedEnd} {branch.Events.Count}"));
        });
        return text;
    }

    /// <summary>A recording with one interval, 0 to 100, and what follows.</summary>
    private static void WithFile(object[] records, Action<string> action)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (var writer = new BlockWriter(path))
            {
                foreach (var record in records.Prepend(_first).Prepend(TravelFixture.Header("torture")))
                {
                    var (kind, payload) = record switch
                    {
                        RecordingHeader header => (BlockKind.Header, RecordPayload.Encode(header)),
                        BranchRecord branch => (BlockKind.Branch, RecordPayload.Encode(branch)),
                        InputEvent input => (BlockKind.InputEvents, RecordPayload.Encode(input)),
                        _ => (BlockKind.Intervals, RecordPayload.Encode((IntervalRecord)record)),
                    };
                    writer.Append(kind, 0, 0, payload);
                }

                writer.Finish();
            }

            action(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
