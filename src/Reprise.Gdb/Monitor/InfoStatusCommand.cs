namespace Reprise.Gdb.Monitor;

/// <summary>Whether the guest runs: never while somebody can ask.</summary>
internal sealed class InfoStatusCommand : MonitorCommand
{
    public override string Name => "info status";

    public override string Summary => "whether the guest runs";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        var started = context.Timeline.End > 0 || !context.Traveler.IsLive;
        output.Write(started ? "VM status: paused (debug)\n" : "VM status: paused (prelaunch)\n");
        return true;
    }
}
