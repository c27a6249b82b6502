namespace Reprise.Gdb.Monitor;

/// <summary>Sets where going back ends.</summary>
internal sealed class FenceCommand : MonitorCommand
{
    public override string Name => "fence";

    public override string Arguments => $"[{PositionText.Syntax}|off]";

    public override string Summary => "reverse commands never go before the fence; without argument it is here";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        ulong? wanted = arguments switch
        {
            [] => context.Timeline.Position,
            ["off"] => 0,
            [var text] => OnThisBranch(text, context),
            _ => null,
        };
        if (wanted is not { } position)
        {
            return Usage(output);
        }

        context.Traveler.Fence = position;
        output.Write(position == 0 ? "no fence\n" : Text($"the fence is at position {position}\n"));
        return true;
    }

    private static ulong? OnThisBranch(string text, MonitorContext context) =>
        PositionText.Parse(text, context) is { } place && place.Branch == context.Timeline.History
            ? place.Position
            : null;
}
