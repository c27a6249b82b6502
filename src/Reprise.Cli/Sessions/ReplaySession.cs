using Reprise.Cli.Options;
using Reprise.Cli.Serial;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Sessions;

/// <summary>A recording that is replayed.</summary>
internal sealed class ReplaySession : IDisposable
{
    /// <exception cref="RecordingException">The recording is damaged.</exception>
    public ReplaySession(
        string path,
        SerialPanel serial,
        bool withSnapshots,
        IReadOnlyDictionary<string, string>? movedDisks = null,
        long? budget = null)
    {
        File = OpenRecording.At(path, movedDisks);
        var bytes = budget ?? (withSnapshots ? SnapshotBudgetOption.ForTravel : SnapshotBudgetOption.Least);
        try
        {
            if (!File.Finished)
            {
                Console.Error.WriteLine($"{path} was not finished; it goes to its last sealed interval, at "
                    + FormattableString.Invariant($"{File.History.ClosedEnd:n0}"));
            }

            Timeline = withSnapshots
                ? File.CreateTimeline(serial, bytes)
                : File.CreateBareTimeline(serial, bytes);
        }
        catch
        {
            File.Dispose();
            throw;
        }

        serial.Connect(Timeline.Machine);
        var options = new RecorderOptions(RecorderOptions.DefaultIntervalLength);
        Recorder = new Recorder(Timeline, options, serial, sink: null);
        Crew = new SearchCrew(
            () => File.CreateEmptyTimeline(new SilentSink(), snapshotBudget: 0),
            SearchCrew.SizeFor(Timeline.Machine.Memory.Size));
    }

    public RecordingFile File { get; }

    public Timeline Timeline { get; }

    /// <summary>Records branches of the past, in memory alone: the file stays as it is.</summary>
    public Recorder Recorder { get; }

    /// <summary>Searches the recording with it.</summary>
    public SearchCrew Crew { get; }

    public void Dispose()
    {
        Crew.Dispose();
        Timeline.Dispose();
        File.Dispose();
    }
}
