using Reprise.Emulation.Execution;
using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Monitor;

/// <summary>
/// What the searches for an access have in common. They go to the instruction that makes it: the access is about to
/// happen there, so that the same command again finds the one beyond.
/// </summary>
internal abstract class AccessSearch : MonitorCommand
{
    /// <summary>Bytes whose values are shown, before and after: the widest access of an instruction's one register.</summary>
    private const ulong Shown = 4;

    public override string Arguments => "ADDRESS[,LENGTH]|SYMBOL";

    protected abstract WatchKinds Kinds { get; }

    protected abstract bool Forward { get; }

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (arguments.Count != 1 || !AddressText.TryParseRange(arguments[0], context, out var address, out var length))
        {
            return Usage(output);
        }

        var origin = context.Timeline.Position;
        var stop = Search(address, length, context);
        if (stop.Kind == TravelStopKind.Watchpoint)
        {
            context.Traveler.Go(stop.Watch.Position, context.Interrupted);
            Tell(stop.Watch, address + length - stop.Watch.Address, context, output);
            return true;
        }

        context.Traveler.Go(origin, () => false);
        var direction = Forward ? "behind" : "before";
        output.Write(stop.Kind == TravelStopKind.Interrupted ? "interrupted\n" : Text($"no such access {direction} here\n"));
        return true;
    }

    private TravelStop Search(ulong address, ulong length, MonitorContext context)
    {
        var traveler = context.Traveler;
        if (!Forward)
        {
            return traveler.ReverseToAccess(address, length, Kinds, context.Interrupted);
        }

        if (context.Timeline.Position == context.Timeline.End)
        {
            return new TravelStop(TravelStopKind.EndOfHistory);
        }

        // The instruction at the PC is where the search before this one ended.
        context.Timeline.Seek(context.Timeline.Position + 1);
        return traveler.ForwardToAccess(address, length, Kinds, context.Interrupted);
    }

    /// <param name="hit">The access.</param>
    /// <param name="left">Bytes from its address to the end of the range.</param>
    /// <param name="context">Where it was.</param>
    /// <param name="output">What the user sees.</param>
    private static void Tell(WatchHit hit, ulong left, MonitorContext context, TextWriter output)
    {
        var before = ValueOf(hit.Address, left, context);
        if (hit.Position < context.Timeline.End)
        {
            context.Timeline.Seek(hit.Position + 1);
        }

        var after = ValueOf(hit.Address, left, context);
        context.Timeline.Seek(hit.Position);
        var verb = hit.Kind == WatchKinds.Write ? "writes" : "reads";
        var values = before == after ? before : $"{before} -> {after}";
        var how = hit.IsOutside ? "DMA, input or an exception's frame " : "";
        output.Write($"{how}{verb} {context.Symbols.Describe(hit.Address)}: {values}\n");
        Journey.Arrived(context, output);
    }

    private static string ValueOf(ulong address, ulong length, MonitorContext context)
    {
        var bytes = new byte[Math.Min(length, Shown)];
        var count = context.Timeline.Machine.Peek(address, bytes);
        return string.Join(' ', bytes.Take(count).Select(value => Text($"{value:x2}")));
    }
}
