using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Monitor;

/// <summary>Goes to the last time that an instruction ran.</summary>
internal sealed class LastExecCommand : MonitorCommand
{
    public override string Name => "last-exec";

    public override string Arguments => "ADDRESS|SYMBOL";

    public override string Summary => "goes to the last time that the instruction there was about to run";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (arguments.Count != 1 || !AddressText.TryParse(arguments[0], context, out var address))
        {
            return Usage(output);
        }

        var origin = context.Timeline.Position;
        var stop = context.Traveler.ReverseToExecution(address, context.Interrupted);
        if (stop.Kind == TravelStopKind.Breakpoint)
        {
            Journey.Arrived(context, output);
            return true;
        }

        context.Traveler.Go(origin, () => false);
        output.Write(stop.Kind == TravelStopKind.Interrupted
            ? "interrupted\n"
            : $"{context.Symbols.Describe(address)} did not run before here\n");
        return true;
    }
}
