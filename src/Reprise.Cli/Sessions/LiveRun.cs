using System.Net;
using Reprise.Cli.Commands;
using Reprise.Cli.Serial;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.Cli.Sessions;

/// <summary>Runs a firmware to its end, with or without a debugger, and ends its recording properly.</summary>
/// <param name="name">The firmware file, as the user named it.</param>
/// <param name="session">What runs.</param>
/// <param name="serial">Where its output goes.</param>
/// <param name="interruption">The user's wish to end.</param>
internal sealed class LiveRun(string name, LiveSession session, SerialPanel serial, Interruption interruption)
{
    /// <summary>Serves gdb meanwhile.</summary>
    /// <param name="address">Where.</param>
    /// <param name="runsAlone">The guest runs while nobody is connected.</param>
    /// <returns>The exit status.</returns>
    /// <exception cref="CliException">The address can't be had.</exception>
    public int Serve(EndPoint address, bool runsAlone)
    {
        using var service = new GdbService(new DebuggedFirmware(name, session), address, runsAlone);
        service.Announce();
        var status = service.Serve(interruption);
        session.Finish();
        return status;
    }

    /// <summary>Runs without a debugger.</summary>
    /// <param name="limit">Position to end at; null for none.</param>
    /// <returns>The exit status.</returns>
    /// <exception cref="CliException">The guest's output can't be written.</exception>
    public int Alone(ulong? limit)
    {
        StopReason? reason;
        using (var progress = new ProgressLine("running"))
        {
            serial.MakeRoomFor(progress);
            reason = session.Recorder.Record(limit ?? ulong.MaxValue, HitMode.Ignore, () =>
            {
                progress.Report(session.Timeline.Position, limit);
                return interruption.IsWanted || serial.Problem is not null;
            });
        }

        serial.Flush();
        if (serial.Problem is { } problem)
        {
            session.Finish();
            throw new CliException($"the guest's output can't be written: {problem.Message}");
        }

        var status = reason is { } stop ? RunEnd.Report(stop, session.Timeline.Position) : interruption.Status;
        session.Finish();
        return status;
    }
}
