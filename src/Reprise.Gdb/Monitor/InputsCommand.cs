using Reprise.TimeTravel.Recording;

namespace Reprise.Gdb.Monitor;

/// <summary>Shows what came from outside.</summary>
internal sealed class InputsCommand : MonitorCommand
{
    private const int DefaultCount = 10;

    /// <summary>Bytes of an event that are shown.</summary>
    private const int Shown = 16;

    public override string Name => "inputs";

    public override string Arguments => "[COUNT]";

    public override string Summary => "the input events around here; '>' marks the next";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        var count = arguments.Count == 0 ? DefaultCount : PositionText.Number(arguments[0]);
        if (arguments.Count > 1 || count is not { } wanted)
        {
            return Usage(output);
        }

        var events = context.Timeline.History.Events;
        var next = context.Timeline.AppliedEvents;
        var first = next - (int)Math.Min(wanted, (ulong)next);
        var end = next + (int)Math.Min(wanted, (ulong)(events.Count - next));
        for (var index = first; index < end; index++)
        {
            var input = events[index];
            var data = input.Data.Span[..Math.Min(input.Data.Length, Shown)].ToArray();
            var more = data.Length < input.Data.Length ? " ..." : "";
            var bytes = string.Join(' ', data.Select(value => Text($"{value:x2}")));
            var name = input.Port.Length > 0 ? input.Port : ((InputKind)input.Kind).ToString().ToLowerInvariant();
            output.Write(Text($"{(index == next ? '>' : ' ')} {input.Position,16}  {name,-10} {bytes}{more}\n"));
        }

        output.Write(Text($"{next} of {events.Count} input events lie before here\n"));
        return true;
    }
}
