using System.Globalization;
using Reprise.Emulation.Machines;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Commands;

/// <summary>How a run ended, as a line on stderr and as a status.</summary>
internal static class RunEnd
{
    /// <summary>The guest's status in the range that a process can have.</summary>
    public static int StatusOf(int exitCode) => exitCode & 0xFF;

    /// <summary>The end of a run without a debugger.</summary>
    /// <returns>The exit status.</returns>
    public static int Report(StopReason reason, ulong position) => reason.Kind switch
    {
        StopKind.Exited => Report(new TravelStop(TravelStopKind.Exited, ExitCode: reason.ExitCode), position),
        StopKind.Sleeping => Report(new TravelStop(TravelStopKind.Sleeping), position),
        StopKind.Halted => Report(new TravelStop(TravelStopKind.Halted), position),
        _ => Report(new TravelStop(TravelStopKind.Arrived), position),
    };

    /// <summary>The end of a run that a debugger may look at.</summary>
    /// <returns>The exit status.</returns>
    public static int Report(TravelStop stop, ulong position)
    {
        var (text, status) = stop.Kind switch
        {
            TravelStopKind.Exited => ($"the guest exited with status {stop.ExitCode}", StatusOf(stop.ExitCode)),
            TravelStopKind.Sleeping => ("the guest sleeps, and nothing can wake it any more", ExitStatus.Success),
            TravelStopKind.Halted => ("the CPU locked up: it executes nothing until reset", ExitStatus.GuestHalted),
            _ => ("stopped", ExitStatus.Success),
        };
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{text}, after {position:n0} instructions"));
        return status;
    }
}
