using Reprise.Emulation.Catalogs;

namespace Reprise.Gdb.Monitor;

/// <summary>Every class derived from <see cref="MonitorCommand"/>, by name.</summary>
internal static partial class MonitorTable
{
    public static IReadOnlyList<MonitorCommand> All { get; } =
        [.. Create().OrderBy(command => command.Name, StringComparer.Ordinal)];

    /// <summary>Runs the command whose name is the longest that the text begins with.</summary>
    public static bool Execute(string text, MonitorContext context, TextWriter output)
    {
        // QEMU and gdb let a format follow its command without a blank: x/4xw.
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var parted = slash > 0 ? text.Insert(slash, " ") : text;
        var words = parted.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var found = All
            .Select(command => (Command: command, Words: command.Name.Split(' ')))
            .Where(entry => words.Take(entry.Words.Length).SequenceEqual(entry.Words)
                || (words.Length > 0 && words[0] == entry.Command.ShortName))
            .OrderByDescending(entry => entry.Words.Length)
            .FirstOrDefault();
        if (found.Command is null)
        {
            return ShowFamily(string.Join(' ', words), output);
        }

        return found.Command.Execute(words[found.Words.Length..], context, output);
    }

    [Catalog]
    private static partial MonitorCommand[] Create();

    /// <summary>The first word of several commands, such as <c>info</c>, lists them.</summary>
    private static bool ShowFamily(string text, TextWriter output)
    {
        var family = All.Where(command => text.Length > 0 && command.Name.StartsWith(text + " ", StringComparison.Ordinal)).ToList();
        foreach (var command in family)
        {
            output.Write($"{command.Name} {command.Arguments}".TrimEnd() + $" -- {command.Summary}\n");
        }

        if (family.Count == 0)
        {
            output.Write($"unknown command: '{text}'; try 'monitor help'\n");
        }

        return true;
    }
}
