using System.Globalization;

namespace Reprise.Gdb.Monitor;

/// <summary>Goes to a position for a command, and tells where that is.</summary>
internal static class Journey
{
    public static void To(Place place, MonitorContext context, TextWriter output)
    {
        var end = context.Timeline.EndOf(place.Branch);
        if (place.Position > end)
        {
            output.Write(string.Create(
                CultureInfo.InvariantCulture, $"history ends at {end}; {place.Position} lies behind\n"));
            return;
        }

        if (!context.Traveler.Go(place.Branch, place.Position, context.Interrupted))
        {
            output.Write("interrupted on the way\n");
        }

        Arrived(context, output);
    }

    /// <summary>Tells where we are now, and that gdb does not know it yet.</summary>
    public static void Arrived(MonitorContext context, TextWriter output)
    {
        var place = context.Symbols.Describe(context.Timeline.Machine.Processor.ProgramCounter);
        var here = new Place(context.Timeline.History, context.Timeline.Position);
        output.Write($"position {here}, pc {place}\n");
        if (context.Hints)
        {
            output.Write("without Reprise's script gdb still shows the old place; 'maintenance flush register-cache' refreshes it\n");
        }
    }
}
