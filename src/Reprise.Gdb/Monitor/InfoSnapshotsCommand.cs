namespace Reprise.Gdb.Monitor;

/// <summary>The named snapshots, which are the bookmarks. None is from a wall clock's date, so there is none.</summary>
internal sealed class InfoSnapshotsCommand : MonitorCommand
{
    public override string Name => "info snapshots";

    public override string Summary => "lists what savevm and bookmark named";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (!context.Bookmarks.All.Any())
        {
            output.Write("There is no snapshot available.\n");
            return true;
        }

        output.Write("List of snapshots present on all disks:\n");
        output.Write($"{"ID",-10}{"TAG",-16}{"VM SIZE",9}{"DATE",20}{"VM CLOCK",13}{"ICOUNT",11}\n");
        foreach (var bookmark in context.Bookmarks.All)
        {
            var clock = TimeSpan.FromTicks((long)Math.Min(bookmark.Time / 100, long.MaxValue));
            var hours = Text($"{(long)clock.TotalHours:00}:{clock.Minutes:00}:{clock.Seconds:00}");
            var time = Text($"{hours}.{clock.Milliseconds:000}");
            output.Write(Text($"{"--",-10}{bookmark.Name,-16}{"-",9}{"-",20}{time,13}{bookmark.Position,11}\n"));
        }

        return true;
    }
}
