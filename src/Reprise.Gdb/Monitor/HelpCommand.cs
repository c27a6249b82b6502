using System.Globalization;
using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Monitor;

/// <summary>Lists the commands.</summary>
internal sealed class HelpCommand : MonitorCommand
{
    public override string Name => "help";

    public override string Summary => "lists the commands";

    public override bool Execute(IReadOnlyList<string> arguments, Traveler traveler, TextWriter output)
    {
        foreach (var command in MonitorTable.All)
        {
            var usage = string.Create(CultureInfo.InvariantCulture, $"{command.Name} {command.Arguments}");
            output.Write($"{usage.Trim(),-32} {command.Summary}\n");
        }

        return true;
    }
}
