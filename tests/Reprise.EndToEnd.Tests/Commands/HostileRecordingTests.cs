using MessagePack;
using System.Buffers;
using System.Diagnostics;
using Reprise.EndToEnd.Tests.Tools;
using Reprise.TimeTravel.Recording;

namespace Reprise.EndToEnd.Tests.Commands;

/// <summary>
/// Recordings whose every checksum is right, made to hurt. They must be refused, or replayed and found to diverge;
/// no memory without bound, no crash, no hang.
/// </summary>
internal sealed class HostileRecordingTests
{
    private const long MemoryLimit = 1_500_000_000;

    private static readonly string[] _names =
    [
        "huge-count", "deep-nesting", "wrong-board", "zero-clock", "no-firmware", "bad-firmware", "far-interval",
        "empty-interval-flood",
        "unknown-port", "unknown-kind", "register-out-of-range", "register-too-long", "poke-nowhere",
        "reply-without-call", "event-order",
        "snapshot-of-rubbish", "snapshot-page-out-of-range", "snapshot-far", "zip-bomb", "two-headers",
        "negative-length",
    ];

    public static IEnumerable<object[]> Cases =>
        from name in _names
        from command in new[] { "info", "verify", "replay" }
        select new object[] { name, command };

    /// <summary>Zero once it has ended, which it may at any moment.</summary>
    private static long MemoryOf(RunningTool tool)
    {
        try
        {
            tool.Process.Refresh();
            return tool.Process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Tool_HostileRecording_IsRefusedOrDiverges(string name, string command)
    {
        using var folder = new TempFolder();
        var file = folder.File(name + ".reprise");
        File.WriteAllBytes(file, Make(name));
        using var tool = RunningTool.Reprise(command, file);
        var most = 0L;
        var watch = Stopwatch.StartNew();
        while (!tool.HasExited && watch.Elapsed < TimeSpan.FromSeconds(60))
        {
            most = Math.Max(most, MemoryOf(tool));
            Thread.Sleep(20);
        }

        var result = tool.WaitForExit();
        Assert.That(most, Is.LessThan(MemoryLimit));
        Assert.That(result.Status, Is.AnyOf(0, 1, 2), result.ToString());
        Assert.That(result.Output + result.Error, Does.Not.Contain("   at ").And.Not.Contain("internal error"),
            result.ToString());
        if (command == "verify")
        {
            Assert.That(result.Status, Is.Not.Zero.Or.EqualTo(IsHarmless(name) ? 0 : 2), result.ToString());
        }

        Assert.That(result.Error.Trim().Split('\n'), Has.Length.LessThanOrEqualTo(2), result.ToString());
    }

    [Test]
    public void Debug_SnapshotThatFitsNoBoard_IsRefusedAtOnce()
    {
        using var folder = new TempFolder();
        var file = folder.File("rubbish.reprise");
        File.WriteAllBytes(file, Make("snapshot-of-rubbish"));
        var result = Tool.Run("debug", file, "--", "-batch");
        Assert.That(result.Status, Is.Not.Zero, result.ToString());
        Assert.That(result.Error, Does.Match(@"rubbish\.reprise.*expected a snapshot that fits the board; it was made by version"));
    }

    /// <summary>What a replay never looks at: snapshots are a cache.</summary>
    private static bool IsHarmless(string name) => name.StartsWith("snapshot", StringComparison.Ordinal);

    private static byte[] Make(string name)
    {
        using var good = new BlockReader(RecordedSamples.Torture);
        var header = good.ReadRecords<RecordingHeader>(good.Blocks[0])[0];
        var interval = good.ReadRecords<IntervalRecord>(good.Blocks.First(block =>
            block.Kind == BlockKind.Intervals))[0];
        var snapshot = good.ReadRecords<SnapshotRecord>(good.Blocks.First(block =>
            block.Kind == BlockKind.Snapshots))[0];
        InputEvent Event(InputKind kind, string port, params byte[] data) => new(10, (byte)kind, port, data);

        var stream = new MemoryStream();
        using var writer = new BlockWriter(stream);
        void Put<T>(BlockKind kind, params IReadOnlyList<T> records)
            where T : IRecord<T> => writer.Append(kind, 0, 0, RecordPayload.Encode(records));
        void PutEvents(params InputEvent[] events)
        {
            Put(BlockKind.Header, header);
            Put<InputEvent>(BlockKind.InputEvents, events);
            Put(BlockKind.Intervals, interval);
        }

        void PutSnapshot(SnapshotRecord record)
        {
            Put(BlockKind.Header, header);
            Put(BlockKind.Snapshots, record);
            Put(BlockKind.Intervals, interval);
        }

        switch (name)
        {
            case "huge-count":
                Put(BlockKind.Header, header);
                writer.Append(BlockKind.Intervals, 0, 0, [0xdd, 0x7f, 0xff, 0xff, 0xff]);
                break;
            case "deep-nesting":
                Put(BlockKind.Header, header);
                writer.Append(BlockKind.Intervals, 0, 0, Enumerable.Repeat((byte)0x91, 4_000_000).ToArray());
                break;
            case "wrong-board":
                Put(BlockKind.Header, header with { Board = "../../etc/passwd" });
                Put(BlockKind.Intervals, interval);
                break;
            case "zero-clock":
                Put(BlockKind.Header, header with { NanosecondsPerInstruction = 0 });
                Put(BlockKind.Intervals, interval);
                break;
            case "no-firmware":
                Put(BlockKind.Header, header with { Firmware = Array.Empty<byte>() });
                Put(BlockKind.Intervals, interval);
                break;
            case "bad-firmware":
                Put(BlockKind.Header, header with { Firmware = header.Firmware[..100] });
                Put(BlockKind.Intervals, interval);
                break;
            case "far-interval":
                Put(BlockKind.Header, header with { Firmware = LockedUp(), Options = LoadAtZero() });
                Put(BlockKind.Intervals, interval with { Last = ulong.MaxValue });
                break;
            case "empty-interval-flood":
                Put(BlockKind.Header, header);
                Put<IntervalRecord>(BlockKind.Intervals, [.. Enumerable.Repeat(Empty(interval), 500_000)]);
                break;
            case "unknown-port":
                PutEvents(Event(InputKind.Port, "uart77", 1));
                break;
            case "unknown-kind":
                PutEvents(new InputEvent(10, 200, "uart0", new byte[] { 1 }));
                break;
            case "register-out-of-range":
                PutEvents(Event(InputKind.Register, "", 255, 1, 2, 3, 4));
                break;
            case "register-too-long":
                PutEvents(Event(InputKind.Register, "", 0, 1, 2, 3, 4, 5, 6, 7, 8));
                break;
            case "poke-nowhere":
                PutEvents(Event(InputKind.Memory, "", 255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3));
                break;
            case "reply-without-call":
                PutEvents(Event(InputKind.HostReply, "", new byte[64]));
                break;
            case "event-order":
                PutEvents(Event(InputKind.Port, "uart0", 1) with { Position = 100 }, Event(InputKind.Port, "uart0", 1));
                break;
            case "snapshot-of-rubbish":
                PutSnapshot(snapshot with { State = new byte[] { 1, 2, 3 } });
                break;
            case "snapshot-page-out-of-range":
                PutSnapshot(snapshot with { ChangedPages = [new ChangedPage(uint.MaxValue, new byte[1024])] });
                break;
            case "snapshot-far":
                PutSnapshot(snapshot with { Position = ulong.MaxValue });
                break;
            case "zip-bomb":
                Put(BlockKind.Header, header);
                for (var i = 0; i < 40; i++)
                {
                    writer.Append(BlockKind.Intervals, 0, 0, new byte[RecordingFormat.MaxUncompressedLength]);
                }

                break;
            case "two-headers":
                Put<RecordingHeader>(BlockKind.Header, header, header);
                break;
            case "negative-length":
                Put(BlockKind.Header, header);
                writer.Append(BlockKind.InputEvents, 0, 0, NegativeLength());
                break;
            default:
                throw new ArgumentException(name);
        }

        writer.Finish();
        return stream.ToArray();
    }

    private static IntervalRecord Empty(IntervalRecord interval) =>
        interval with { Last = 0, PagesRead = [], PagesWritten = [], PagesExecuted = [], BlocksExecuted = [] };

    private static SortedDictionary<string, string> LoadAtZero() => new() { [RecordingFile.LoadAddressOption] = "0" };

    /// <summary>A vector table that leads nowhere: the CPU locks up at once.</summary>
    private static byte[] LockedUp() => [.. Enumerable.Repeat((byte)0xff, 64)];

    private static byte[] NegativeLength()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(1);
        writer.WriteArrayHeader(4);
        writer.Write(1ul);
        writer.Write((byte)1);
        writer.Write("uart0");
        writer.Flush();
        buffer.Write<byte>([0xc6, 0xff, 0xff, 0xff, 0xff]);
        return buffer.WrittenSpan.ToArray();
    }
}
