using Reprise.Gdb.Travel;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Monitor;

/// <summary>The board's reset button: an input event. In the past it begins a branch.</summary>
internal sealed class SystemResetCommand : MonitorCommand
{
    public override string Name => "system_reset";

    public override string Summary => "resets the board; memory keeps its contents";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (context.Traveler.Recorder is not { } recorder)
        {
            output.Write("nothing can be changed here\n");
        }
        else if (recorder.IsInThePast && context.Timeline.History.Branches.Count >= History.MostBranches)
        {
            output.Write("there are too many branches already\n");
        }
        else
        {
            var forks = recorder.IsInThePast;
            recorder.Poke(InputKind.Reset, []);
            output.Write(forks ? ForkNote.Of(context.Timeline.History) + "\n" : "");
            Journey.Arrived(context, output);
        }

        return true;
    }
}
