using System.Net.Sockets;
using Reprise.Cli.Commands;
using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Firmware;
using Reprise.TimeTravel.Recording;

namespace Reprise.Cli.Terminal;

/// <summary>Errors as the user sees them: one paragraph on stderr, never a stack trace.</summary>
internal static class ErrorReport
{
    /// <summary>Set to see where an unexpected error comes from.</summary>
    private const string TraceVariable = "REPRISE_TRACE";

    /// <returns>The exit status.</returns>
    public static int Print(Exception error)
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(TraceVariable)))
        {
            Console.Error.WriteLine(error);
        }

        return Print(Describe(error));
    }

    /// <returns>The exit status.</returns>
    public static int Print(string message)
    {
        Console.Error.WriteLine($"reprise: {message}");
        return ExitStatus.Failed;
    }

    /// <summary>What happened, without the place in the program unless it is a defect of it.</summary>
    public static string Describe(Exception error) => error switch
    {
        CliException or RecordingException or FirmwareException or BoardFileException or IOException
            or UnauthorizedAccessException or DllNotFoundException => error.Message,
        SocketException socket => $"network: {socket.Message}",
        // What a snapshot holds is only read when it is restored.
        InvalidDataException or EndOfStreamException => $"the recording's state does not fit the board: {error.Message}",
        OutOfMemoryException => "not enough memory; a smaller --snapshot-budget may help",
        _ => $"internal error, please report it: {error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")} "
            + $"({TraceVariable}=1 shows where)",
    };
}
