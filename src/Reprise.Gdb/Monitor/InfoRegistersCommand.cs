namespace Reprise.Gdb.Monitor;

/// <summary>The CPU's registers.</summary>
internal sealed class InfoRegistersCommand : MonitorCommand
{
    public override string Name => "info registers";

    public override string Summary => "the CPU's registers";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        output.Write("\nCPU#0\n");
        context.Timeline.Machine.Processor.Dump(output);
        return true;
    }
}
