using Reprise.Emulation.Catalogs;
using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Monitor;

/// <summary>Every class derived from <see cref="MonitorCommand"/>, by name.</summary>
internal static class MonitorTable
{
    public static IReadOnlyList<MonitorCommand> All { get; } =
    [
        .. Catalog.Of<MonitorCommand>(typeof(MonitorTable).Assembly)
            .OrderBy(command => command.Name, StringComparer.Ordinal),
    ];

    /// <summary>Runs the command whose name is the longest that the text begins with.</summary>
    public static bool Execute(string text, Traveler traveler, TextWriter output)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var found = All
            .Select(command => (Command: command, Words: command.Name.Split(' ')))
            .Where(entry => words.Take(entry.Words.Length).SequenceEqual(entry.Words))
            .OrderByDescending(entry => entry.Words.Length)
            .FirstOrDefault();
        if (found.Command is null)
        {
            output.Write($"unknown command: '{text.Trim()}'; try 'monitor help'\n");
            return true;
        }

        return found.Command.Execute(words[found.Words.Length..], traveler, output);
    }
}
