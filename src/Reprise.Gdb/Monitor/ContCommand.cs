namespace Reprise.Gdb.Monitor;

/// <summary>gdb would not notice that the guest runs, so this only says who runs it.</summary>
internal sealed class ContCommand : MonitorCommand
{
    public override string Name => "cont";

    public override string ShortName => "c";

    public override string Summary => "says how to go on: with the debugger's own command";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        output.Write("the debugger runs the guest: 'continue' goes on, 'detach' lets it run alone\n");
        return true;
    }
}
