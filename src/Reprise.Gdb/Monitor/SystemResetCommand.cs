using Reprise.TimeTravel.Recording;

namespace Reprise.Gdb.Monitor;

/// <summary>The board's reset button: an input event, so only at the end of a live history.</summary>
internal sealed class SystemResetCommand : MonitorCommand
{
    public override string Name => "system_reset";

    public override string Summary => "resets the board, here at the end of history; memory keeps its contents";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (context.Traveler.Recorder is not { } recorder)
        {
            output.Write("a recording is read-only\n");
        }
        else if (context.Timeline.Position != context.Timeline.End)
        {
            output.Write("the past is read-only: go to the end of history to reset ('goto end')\n");
        }
        else
        {
            recorder.Poke(InputKind.Reset, []);
            Journey.Arrived(context, output);
        }

        return true;
    }
}
