using Reprise.Cli.Terminal;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Sessions;

/// <summary>Replays in slices of some 10 ms, so that the user can interrupt and sees progress.</summary>
internal static class SlicedReplay
{
    private const ulong Slice = 10_000_000;

    /// <summary>Runs forward in history.</summary>
    /// <returns>False when the machine stopped before, or was interrupted; the timeline's position says where.</returns>
    public static bool To(Timeline timeline, ulong position, ProgressLine progress, Interruption interruption)
    {
        do
        {
            var end = position - timeline.Position > Slice ? timeline.Position + Slice : position;
            if (timeline.ReplaySlice(end, HitMode.Ignore).Reason.Kind != StopKind.LimitReached || interruption.IsWanted)
            {
                return timeline.Position == position;
            }

            progress.Report(timeline.Position, timeline.End);
        }
        while (timeline.Position < position);

        return true;
    }
}
