namespace Reprise.Gdb.Monitor;

/// <summary>Ends the server.</summary>
internal sealed class QuitCommand : MonitorCommand
{
    public override string Name => "quit";

    public override string ShortName => "q";

    public override string Summary => "ends the run and the server";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output) => false;
}
