using System.CommandLine;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Options;

/// <summary>--serial: uart0 is the console unless it says otherwise, the others go nowhere.</summary>
internal sealed class SerialOption
{
    private const string ConsolePort = "uart0";

    private readonly Option<SerialChoice[]> _option = ParsedOption.CreateMany(
        "--serial",
        "NAME=SIDE",
        "Joins a serial port to stdio, null, file:PATH, tcp:PORT (0 takes a free one), pty (whose name is printed) or "
        + "pipe:PATH (PATH.in, PATH.out); uart0 is stdio unless told. With ,input=PATH behind one of the first "
        + "three that file's bytes come in. May be repeated.",
        SerialChoice.Parse);

    public void AddTo(Command command) => command.Options.Add(_option);

    /// <summary>The choices for a replay, whose input is recorded.</summary>
    /// <exception cref="CliException">The choices contradict each other, or one gives input.</exception>
    public IReadOnlyList<SerialChoice> ReadForReplay(ParseResult result)
    {
        var choices = Read(result);
        return choices.All(choice => choice.InputPath is null) ? choices : throw new CliException(
            "--serial: a replay takes its input from the recording, not from a file.");
    }

    /// <exception cref="CliException">The choices contradict each other.</exception>
    public IReadOnlyList<SerialChoice> Read(ParseResult result)
    {
        var choices = WithConsole(result.GetValue(_option) ?? []);
        if (choices.DistinctBy(choice => choice.Port).Count() != choices.Count)
        {
            throw new CliException("--serial: a port is named twice.");
        }

        if (choices.Find(choice => IsSameFile(choice.Path, choice.InputPath)) is { InputPath: { } path })
        {
            throw new CliException($"--serial: '{path}' can't be read and written at once.");
        }

        return choices.Count(choice => choice.Kind == SerialKind.Stdio) <= 1 ? choices : throw new CliException(
            "--serial: only one port can be stdio, and uart0 is unless it is joined to something else.");
    }

    private static bool IsSameFile(string output, string? input) =>
        output.Length > 0 && input is not null && Path.GetFullPath(output) == Path.GetFullPath(input);

    private static List<SerialChoice> WithConsole(SerialChoice[] choices) =>
        choices.Any(choice => choice.Port == ConsolePort)
            ? [.. choices]
            : [.. choices, new SerialChoice(ConsolePort, SerialKind.Stdio, IsDefault: true)];
}
