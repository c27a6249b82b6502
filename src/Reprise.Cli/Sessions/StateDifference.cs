using Reprise.Cli.Options;
using System.Globalization;
using Reprise.Cli.Serial;
using Reprise.Emulation.Devices;
using Reprise.Emulation.State;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Sessions;

/// <summary>Names what differs between a replay and the snapshot that was recorded there, if there is one.</summary>
internal static class StateDifference
{
    public static string Describe(RecordingFile recording, Timeline replayed, IntervalRecord interval)
    {
        if (replayed.Position != interval.Last)
        {
            return Invariant($"the machine stopped at {replayed.Position}");
        }

        using var recorded = recording.CreateBareTimeline(new SilentSink(), SnapshotBudgetOption.Least);
        var snapshot = recording.ReadSnapshots(recorded)
            .LastOrDefault(snapshot => snapshot.Position == interval.Last && snapshot.Branch == replayed.History.Number);
        if (snapshot is null)
        {
            return "the hash of the state is another";
        }

        recorded.Put(snapshot);
        recorded.Cross(recorded.History.Branches[snapshot.Branch], interval.Last);
        recorded.Seek(interval.Last);
        string[] differences = [.. Registers(recorded, replayed), .. State(recorded, replayed), .. Page(recorded, replayed)];
        return differences.Length > 0
            ? string.Join("; ", differences)
            : "the replayed state is that of the recorded snapshot, but the recorded hash is another";
    }

    private static IEnumerable<string> Registers(Timeline recorded, Timeline replayed)
    {
        var registers = replayed.Machine.Processor.Registers;
        for (var i = 0; i < registers.Count; i++)
        {
            var (expected, actual) = (Read(recorded, i), Read(replayed, i));
            if (expected != actual)
            {
                yield return $"{registers[i].Name} is 0x{actual}, was 0x{expected}";
            }
        }
    }

    private static string Read(Timeline timeline, int register)
    {
        var value = new byte[(timeline.Machine.Processor.Registers[register].Bits + 7) / 8];
        timeline.Machine.Processor.ReadRegister(register, value);
        Array.Reverse(value);
        return Convert.ToHexStringLower(value);
    }

    private static IEnumerable<string> State(Timeline recorded, Timeline replayed)
    {
        var (expected, actual) = (new StateWriter(), new StateWriter());
        recorded.Machine.Save(expected);
        replayed.Machine.Save(actual);
        var same = expected.Written.CommonPrefixLength(actual.Written);
        if (same < Math.Max(expected.Written.Length, actual.Written.Length))
        {
            yield return Invariant($"CPU and devices differ from byte {same} of {expected.Written.Length} of their state");
        }
    }

    private static IEnumerable<string> Page(Timeline recorded, Timeline replayed)
    {
        var (expected, actual) = (recorded.Machine.Memory, replayed.Machine.Memory);
        for (var page = 0; page < actual.PageCount; page++)
        {
            if (!expected.Page(page).SequenceEqual(actual.Page(page)))
            {
                var offset = expected.Page(page).CommonPrefixLength(actual.Page(page));
                var address = actual.PageAddress(page);
                yield return $"memory differs from 0x{address + (ulong)offset:x} on, in the page at 0x{address:x}";
                yield break;
            }
        }

        foreach (var (was, now) in recorded.Machine.Devices.Zip(replayed.Machine.Devices))
        {
            if (was.Device is IPagedContents { Contents: { } expectedContents }
                && now.Device is IPagedContents { Contents: { } actualContents }
                && Enumerable.Range(0, Math.Max(expectedContents.Count, actualContents.Count))
                    .Any(page => !expectedContents.Page(page).SequenceEqual(actualContents.Page(page))))
            {
                yield return $"what was written to {now.Device.Name} differs";
                yield break;
            }
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
