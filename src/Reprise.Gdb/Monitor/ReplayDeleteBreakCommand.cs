namespace Reprise.Gdb.Monitor;

/// <summary>Takes back <see cref="ReplayBreakCommand"/>.</summary>
internal sealed class ReplayDeleteBreakCommand : MonitorCommand
{
    public override string Name => "replay_delete_break";

    public override string Summary => "removes what replay_break set";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        context.Traveler.StopPosition = null;
        return true;
    }
}
