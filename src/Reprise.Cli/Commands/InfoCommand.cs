using Reprise.Cli.Options;
using System.CommandLine;
using System.Globalization;
using Reprise.Cli.Serial;
using Reprise.Cli.Sessions;
using Reprise.TimeTravel.Recording;

namespace Reprise.Cli.Commands;

/// <summary>Says what a recording holds.</summary>
internal sealed class InfoCommand : ICliCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "A recording." };

    public Command Create()
    {
        var command = new Command("info", "Says what a recording holds.") { _file };
        command.SetAction(result =>
        {
            using var recording = OpenRecording.At(result.GetValue(_file)!);
            Print(recording, result.GetValue(_file)!);
            return ExitStatus.Success;
        });
        return command;
    }

    private static void Print(RecordingFile recording, string path)
    {
        var header = recording.Header;
        Line("file", $"{path}, {Bytes(new FileInfo(path).Length)}");
        Line("board", header.Board);
        Line("firmware", $"{header.FirmwareName}, {Bytes(header.Firmware.Length)}");
        Line("made by", $"reprise {header.ToolVersion}, Unicorn {header.UnicornVersion}");
        Line("clock", Invariant($"{header.NanosecondsPerInstruction} ns an instruction"));
        foreach (var (name, value) in header.Options)
        {
            Line(name, DescribeOption(name, value));
        }

        Line("length", Invariant($"{recording.History.ClosedEnd:n0} instructions, {VirtualTime(recording)}"));
        var branches = recording.History.Branches;
        var events = branches.Sum(branch => branch.Events.Count - branch.FirstEvent);
        var intervals = branches.Sum(branch => branch.Intervals.Count - branch.FirstInterval);
        Line("input events", Invariant($"{events:n0}, {Size(recording, BlockKind.InputEvents)}"));
        Line("intervals", Invariant($"{intervals:n0}, {Size(recording, BlockKind.Intervals)}"));
        Line("snapshots", Invariant($"{recording.SnapshotCount:n0}, {Size(recording, BlockKind.Snapshots)}"));
        foreach (var branch in branches.Skip(1))
        {
            Line(Invariant($"branch {branch.Number}"), Invariant(
                $"forks from {branch.Parent!.Number} at {branch.ForkPosition:n0}, ends at {branch.ClosedEnd:n0}"));
        }

        Line("finished", recording.Finished ? "yes" : $"no: {recording.TailProblem ?? "there is no footer"}");
    }

    /// <summary>Of files only their sizes: all of them would be pages of text.</summary>
    private static string DescribeOption(string name, string value)
    {
        if (name.StartsWith(RecordedOptions.RomPrefix, StringComparison.Ordinal))
        {
            return Bytes(RecordedOptions.RomLength(value));
        }

        if (!name.StartsWith(RecordedOptions.LoadedPrefix, StringComparison.Ordinal))
        {
            return value;
        }

        var loaded = RecordedOptions.ReadLoaded(value);
        var place = loaded.Address is { } address ? Invariant($" at 0x{address:x}") : "";
        return $"{loaded.Name}, {Bytes(loaded.Content.Length)}{place}";
    }

    /// <summary>The first branch's last snapshot knows the time; it stands at the end of the last interval.</summary>
    private static string VirtualTime(RecordingFile recording)
    {
        using var timeline = recording.CreateBareTimeline(new SilentSink(), SnapshotBudgetOption.Least);
        var snapshots = recording.ReadSnapshots(timeline).Where(snapshot => snapshot.Branch == 0);
        if (snapshots.LastOrDefault() is not { } last || last.Position != timeline.End)
        {
            return "virtual time unknown (its last snapshot is missing)";
        }

        timeline.Put(last);
        timeline.Seek(timeline.End);
        return Invariant($"{timeline.Machine.Time / 1e9:f6} s of virtual time");
    }

    private static string Size(RecordingFile recording, BlockKind kind) => Bytes(recording.CompressedBytes(kind));

    private static string Bytes(long count) => Invariant($"{count:n0} bytes");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Line(string name, string value) => Console.WriteLine($"{name + ":",-14}{value}");
}
