using Reprise.Emulation.Boards;

namespace Reprise.TimeTravel.Recording;

/// <summary>A board's options as the header keeps them: keys that are missing mean what they did before there were any.</summary>
public static class RecordedOptions
{
    /// <summary>"on" when semihosting calls are answered.</summary>
    public const string Semihosting = "semihosting";

    /// <summary>Command line of a semihosting guest.</summary>
    public const string CommandLine = "cmdline";

    private const string On = "on";

    /// <summary>Adds what a replay needs to build the same machine.</summary>
    public static void Add(IDictionary<string, string> options, BoardOptions board)
    {
        if (board.Semihosting)
        {
            options[Semihosting] = On;
            options[CommandLine] = board.CommandLine;
        }
    }

    /// <summary>The options of the board that was recorded.</summary>
    public static BoardOptions BoardOptionsOf(RecordingHeader header) => new(
        header.NanosecondsPerInstruction,
        header.Options.GetValueOrDefault(Semihosting) == On,
        header.Options.GetValueOrDefault(CommandLine, ""));
}
