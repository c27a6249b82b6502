using System.Globalization;
using System.Text.RegularExpressions;

namespace Reprise.EndToEnd.Tests.Tools;

/// <summary>Executes commands in a gdb one by one, and notes where each one ended, errors or not.</summary>
internal static partial class Walk
{
    private const string Prelude = """
        python
        registers = ["pc", "sp", "lr", "xpsr"] + ["r%d" % i for i in range(13)]
        def go(command):
            try:
                gdb.execute(command)
            except gdb.error as error:
                print(error)
            frame = gdb.newest_frame()
            values = " ".join("%x" % (int(frame.read_register(name)) & 0xffffffff) for name in registers)
            print("\n@stop %d %s" % (int(gdb.parse_and_eval("$_position()")), values))
        def goto(distance):
            go("goto %d" % (int(gdb.parse_and_eval("$_position()")) + distance))
        end

        """;

    /// <summary>The end of each command, in order. <c>by N</c> moves so many positions.</summary>
    public static IReadOnlyList<WalkStop> On(DebugServer server, params IEnumerable<string> commands)
    {
        using var folder = new TempFolder();
        var file = folder.File("walk.gdb");
        var list = commands.ToList();
        File.WriteAllText(file, Prelude + string.Join('\n', list.Select(Line)) + "\n");
        var text = server.Debug("-x " + Tool.Run("gdb-script").Output.Trim(), "-x " + file).Text;
        List<WalkStop> stops = [];
        var start = 0;
        foreach (Match match in StopLine().Matches(text))
        {
            stops.Add(new WalkStop(
                list[Math.Min(stops.Count, list.Count - 1)],
                ulong.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
                match.Groups[2].Value,
                text[start..match.Index]));
            start = match.Index + match.Length;
        }

        Assert.That(stops, Has.Count.EqualTo(list.Count), text);
        return stops;
    }

    private static string Line(string command) => command.StartsWith("by ", StringComparison.Ordinal)
        ? $"python goto({command[3..]})"
        : $"python go(\"{command}\")";

    [GeneratedRegex(@"^@stop (\d+) ([0-9a-f ]+)\n", RegexOptions.Multiline)]
    private static partial Regex StopLine();
}
