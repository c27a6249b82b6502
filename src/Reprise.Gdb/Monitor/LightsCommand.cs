namespace Reprise.Gdb.Monitor;

/// <summary>Shows the board's lights.</summary>
internal sealed class LightsCommand : MonitorCommand
{
    public override string Name => "lights";

    public override string Summary => "the board's LEDs: which are on here";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        var lights = context.Timeline.Machine.Lights.ToList();
        foreach (var light in lights)
        {
            output.Write($"{light.Name}: {(light.IsLit ? "on" : "off")}\n");
        }

        if (lights.Count == 0)
        {
            output.Write("this board has no lights\n");
        }

        return true;
    }
}
