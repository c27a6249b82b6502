using System.CommandLine;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Options;

/// <summary>--serial: uart0 is the console unless it says otherwise, the others go nowhere.</summary>
internal sealed class SerialOption
{
    private const string ConsolePort = "uart0";

    private readonly Option<SerialChoice[]> _option = ParsedOption.CreateMany(
        "--serial", "NAME=SIDE", "Joins a serial port to stdio, null, file:PATH or tcp:PORT; may be repeated.",
        SerialChoice.Parse);

    public void AddTo(Command command) => command.Options.Add(_option);

    /// <exception cref="CliException">The choices contradict each other.</exception>
    public IReadOnlyList<SerialChoice> Read(ParseResult result)
    {
        var choices = WithConsole(result.GetValue(_option) ?? []);
        if (choices.DistinctBy(choice => choice.Port).Count() != choices.Count)
        {
            throw new CliException("--serial: a port is named twice.");
        }

        return choices.Count(choice => choice.Kind == SerialKind.Stdio) <= 1 ? choices : throw new CliException(
            "--serial: only one port can be stdio, and uart0 is unless it is joined to something else.");
    }

    private static List<SerialChoice> WithConsole(SerialChoice[] choices) =>
        choices.Any(choice => choice.Port == ConsolePort)
            ? [.. choices]
            : [.. choices, new SerialChoice(ConsolePort, SerialKind.Stdio)];
}
