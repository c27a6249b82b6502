namespace Reprise.Gdb.Monitor;

/// <summary>Stops forward runs at a position.</summary>
internal sealed class ReplayBreakCommand : MonitorCommand
{
    public override string Name => "replay_break";

    public override string Arguments => "icount";

    public override string Summary => "stops the next forward run at an instruction count";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (arguments.Count != 1 || PositionText.Number(arguments[0]) is not { } position)
        {
            return Usage(output);
        }

        if (position <= context.Timeline.Position)
        {
            output.Write("cannot set breakpoint at the instruction in the past\n");
            return true;
        }

        context.Traveler.StopPosition = position;
        return true;
    }
}
