namespace Reprise.Gdb.Monitor;

/// <summary>Lists the commands, or those whose name begins with a word.</summary>
internal sealed class HelpCommand : MonitorCommand
{
    public override string Name => "help";

    public override string ShortName => "?";

    public override string Arguments => "[COMMAND]";

    public override string Summary => "lists the commands, or tells about one";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        var wanted = string.Join(' ', arguments);
        var any = false;
        foreach (var command in MonitorTable.All.Where(command => Concerns(command, wanted)))
        {
            any = true;
            var usage = $"{command.Name} {command.Arguments}".TrimEnd();
            output.Write($"{usage} -- {command.Summary}\n");
        }

        if (!any)
        {
            output.Write($"unknown command: '{wanted}'; 'monitor help' lists them\n");
        }

        return true;
    }

    private static bool Concerns(MonitorCommand command, string wanted) =>
        wanted.Length == 0 || command.Name == wanted
        || command.Name.StartsWith(wanted + " ", StringComparison.Ordinal);
}
