namespace Reprise.Gdb.Monitor;

/// <summary>The guest stands still whenever a command can be typed: nothing to do, as in QEMU with gdb attached.</summary>
internal sealed class StopCommand : MonitorCommand
{
    public override string Name => "stop";

    public override string ShortName => "s";

    public override string Summary => "does nothing: the guest stands still already";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output) => true;
}
