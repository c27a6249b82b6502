using System.Net;
using System.Net.Sockets;
using Reprise.Cli.Commands;
using Reprise.Cli.Options;
using Reprise.Cli.Terminal;
using Reprise.Gdb.Server;
using Reprise.Gdb.Travel;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Sessions;

/// <summary>A debug server on a timeline.</summary>
internal sealed class GdbService : IDisposable
{
    private readonly TravelerTarget _target;
    private readonly GdbServer _server;

    /// <param name="firmware">What is debugged.</param>
    /// <param name="endPoint">Where to listen.</param>
    /// <param name="runsAlone">The guest runs while nobody is connected.</param>
    /// <exception cref="CliException">The address can't be had.</exception>
    public GdbService(DebuggedFirmware firmware, EndPoint endPoint, bool runsAlone)
    {
        var traveler = firmware.Traveler;
        _target = new TravelerTarget(traveler, runsAlone, firmware.Name, firmware.Symbols);
        _target.RanToEnd += stop => RunEnd.Report(stop, traveler.Timeline.Position);
        try
        {
            _server = new GdbServer(_target, endPoint);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            throw new CliException($"can't listen on {ServerAddress.Text(endPoint)}: {e.Message}.");
        }
    }

    public EndPoint EndPoint => _server.EndPoint;

    /// <summary>gdb's name of what it debugs.</summary>
    public string Architecture => _target.Description.Architecture;

    /// <summary>Says on stderr where the server is.</summary>
    public void Announce() => Console.Error.WriteLine($"listening on {ServerAddress.Text(EndPoint)}");

    /// <summary>Serves until a client ends the server or the user interrupts.</summary>
    /// <returns>The exit status: the guest's if it exited, else that of the interruption.</returns>
    public int Serve(Interruption interruption)
    {
        _server.Run(interruption.Token);
        var stop = _target.LastTravelStop;
        return stop.Kind == TravelStopKind.Exited ? RunEnd.StatusOf(stop.ExitCode) : interruption.Status;
    }

    public void Dispose() => _server.Dispose();
}
