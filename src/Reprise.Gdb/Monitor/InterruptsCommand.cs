using Reprise.Emulation.Cpus;

namespace Reprise.Gdb.Monitor;

/// <summary>Shows the interrupt controller.</summary>
internal sealed class InterruptsCommand : MonitorCommand
{
    public override string Name => "interrupts";

    public override string Summary => "exceptions that are enabled, pending or active, and their priorities";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (context.Timeline.Machine.Processor is not IInterruptController controller)
        {
            output.Write("this CPU does not tell\n");
            return true;
        }

        output.Write(Text($"{"number",6}  {"name",-12} {"priority",8}  state\n"));
        foreach (var interrupt in controller.Interrupts.Where(entry => entry.Enabled || entry.Pending || entry.Active))
        {
            string?[] states =
            [
                interrupt.Enabled ? "enabled" : null,
                interrupt.Pending ? "pending" : null,
                interrupt.Active ? "active" : null,
            ];
            var state = string.Join(' ', states.OfType<string>());
            output.Write(Text($"{interrupt.Number,6}  {interrupt.Name,-12} {interrupt.Priority,8}  {state}\n"));
        }

        return true;
    }
}
