using Reprise.TimeTravel.Recording;

namespace Reprise.TimeTravel.Tests.Recording;

/// <summary>One record of every type.</summary>
internal static class Records
{
    public static readonly RecordingHeader Header = new(
        "blink.elf", new byte[] { 1, 2, 3 }, "mps2-an385", new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" },
        "0.1.0", "2.1.4", 40, [new("mine.yaml", "extends: other"), new("other", "cpu: {}")]);

    public static readonly InputEvent Event = new(7, 1, "uart0", "x"u8.ToArray());

    public static readonly IntervalRecord Interval = new(
        0, 99, 1, ulong.MaxValue, [0, 1, uint.MaxValue], [], [5], [new(0, 4), new(0, 8), new(uint.MaxValue, 2)]);

    public static readonly SnapshotRecord Snapshot = new(
        99, new byte[] { 4 }, [new ChangedPage(3, new byte[1024])]);
}
