namespace Reprise.Gdb.Monitor;

/// <summary>The devices.</summary>
internal sealed class InfoQtreeCommand : MonitorCommand
{
    public override string Name => "info qtree";

    public override string Summary => "the devices, and where they are";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        output.Write("bus: main-system-bus\n  type System\n");
        foreach (var mapping in context.Timeline.Machine.Devices)
        {
            output.Write($"  dev: {mapping.Device.Name}, id \"\"\n");
            if (mapping.Size > 0)
            {
                output.Write(Text($"    mmio {mapping.Address:x16}/{mapping.Size:x16}\n"));
            }
        }

        return true;
    }
}
