namespace Reprise.Gdb.Monitor;

/// <summary>Goes to a position.</summary>
internal sealed class GotoCommand : MonitorCommand
{
    public override string Name => "goto";

    public override string Arguments => PositionText.Syntax;

    public override string Summary => "goes to a position of history, or to a bookmark";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (arguments.Count != 1 || PositionText.Parse(arguments[0], context) is not { } place)
        {
            return Usage(output);
        }

        Journey.To(place, context, output);
        return true;
    }
}
