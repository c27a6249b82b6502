namespace Reprise.Gdb.Monitor;

/// <summary>QEMU's name for going to a position. It has only numbers, and so has this.</summary>
internal sealed class ReplaySeekCommand : MonitorCommand
{
    public override string Name => "replay_seek";

    public override string Arguments => "icount";

    public override string Summary => "goes to an instruction count, as 'goto' does";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (arguments.Count != 1 || PositionText.Number(arguments[0]) is not { } position)
        {
            return Usage(output);
        }

        Journey.To(new Place(context.Timeline.History, position), context, output);
        return true;
    }
}
