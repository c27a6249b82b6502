using System.CommandLine;
using System.Net;
using Reprise.Cli.Options;
using Reprise.Cli.Serial;
using Reprise.Cli.Sessions;
using Reprise.Cli.Terminal;
using Reprise.TimeTravel.Recording;

namespace Reprise.Cli.Commands;

/// <summary>A server and a gdb in one: the short way in.</summary>
internal sealed class DebugCommand : ICliCommand
{
    private static readonly IPEndPoint _anyPort = new(IPAddress.Loopback, 0);

    private readonly Argument<string> _file = new("FILE") { Description = "A firmware or a recording." };

    private readonly Argument<string[]> _gdbArguments = new("GDB-ARGUMENTS")
    {
        Description = "More arguments for gdb, behind --.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly FirmwareOptions _options = new();

    public Command Create()
    {
        var command = new Command("debug", "Starts gdb on a firmware or on a recording, connected and at its start.")
        {
            _file, _gdbArguments,
        };
        _options.AddTo(command);
        command.SetAction(Execute);
        return command;
    }

    private int Execute(ParseResult result)
    {
        EarlyLoad.Begin();
        var path = result.GetValue(_file)!;
        var isRecording = RecordingFile.IsRecording(path);

        // The terminal's Ctrl-C is for gdb, which is in the same process group: it asks us to stop the guest.
        using var interruption = new Interruption(ignoresControlC: true);

        // gdb reads stdin. Input for the guest comes by tcp or from a file.
        using var serial = new SerialPanel(
            isRecording ? _options.Serial.ReadForReplay(result) : _options.Serial.Read(result),
            readsStandardInput: false);
        return isRecording
            ? DebugRecording(path, result, serial, interruption)
            : DebugFirmware(path, result, serial, interruption);
    }

    private int DebugRecording(string path, ParseResult result, SerialPanel serial, Interruption interruption)
    {
        _options.RefuseForRecording(result);
        using var session = new ReplaySession(
            path, serial, withSnapshots: true, budget: _options.SnapshotBudget.Read(result, isForTravel: true));
        using var symbols = new SymbolFile(session.File);
        return Debug(new DebuggedFirmware(path, session), symbols, result, interruption);
    }

    private int DebugFirmware(string path, ParseResult result, SerialPanel serial, Interruption interruption)
    {
        using var session = new LiveSession(_options.Read(result, path, isForTravel: true), serial);
        using var symbols = new SymbolFile(path, session.Firmware);
        var status = Debug(new DebuggedFirmware(path, session), symbols, result, interruption);
        session.Finish();
        return status;
    }

    private int Debug(DebuggedFirmware firmware, SymbolFile symbols, ParseResult result, Interruption interruption)
    {
        using var service = new GdbService(firmware, _anyPort, runsAlone: false);
        var architecture = symbols.Is32BitX86 && service.Architecture != "i386" ? service.Architecture : null;
        using var gdb = new GdbProcess(
            symbols.Path, architecture, service.EndPoint, result.GetValue(_gdbArguments) ?? [], interruption.Request);
        service.Serve(interruption);
        return gdb.Wait();
    }
}
