using System.Globalization;

namespace Reprise.Gdb.Monitor;

/// <summary>Goes to a position for a command, and tells where that is.</summary>
internal static class Journey
{
    public static void To(ulong position, MonitorContext context, TextWriter output)
    {
        if (position > context.Timeline.End)
        {
            output.Write(string.Create(
                CultureInfo.InvariantCulture, $"history ends at {context.Timeline.End}; {position} lies behind\n"));
            return;
        }

        if (!context.Traveler.Go(position, context.Interrupted))
        {
            output.Write("interrupted on the way\n");
        }

        Arrived(context, output);
    }

    /// <summary>Tells where we are now, and that gdb does not know it yet.</summary>
    public static void Arrived(MonitorContext context, TextWriter output)
    {
        var place = context.Symbols.Describe(context.Timeline.Machine.Processor.ProgramCounter);
        output.Write(string.Create(
            CultureInfo.InvariantCulture, $"position {context.Timeline.Position}, pc {place}\n"));
        output.Write("gdb still shows the old place; 'maintenance flush register-cache' refreshes it\n");
    }
}
