using System.CommandLine;
using System.Net;
using Reprise.Cli.Options;
using Reprise.Cli.Serial;
using Reprise.Cli.Sessions;
using Reprise.Cli.Terminal;
using Reprise.Gdb.Server;

namespace Reprise.Cli.Commands;

/// <summary>Runs a firmware, records it, and serves gdb meanwhile if wanted.</summary>
internal sealed class RunCommand : ICliCommand
{
    private readonly Argument<string> _firmware = new("FIRMWARE")
    {
        Description = "An ELF or Intel HEX file, or a raw binary with --load-address.",
    };

    private readonly Option<EndPoint?> _gdb = ParsedOption.Create<EndPoint?>(
        "--gdb", ServerAddress.Syntax, "Serves gdb; port 0 takes a free one. Anyone who can connect has the guest.",
        ServerAddress.Parse);

    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Holds the first instruction until gdb says so (QEMU's -S).",
    };

    private readonly Option<ulong?> _limit = ParsedOption.Create<ulong?>(
        "--max-instructions", "N", "Ends the run after so many instructions.", text => Quantity.Parse(text));

    private readonly FirmwareOptions _options = new();
    private readonly ScreenOption _screen = new();

    public Command Create()
    {
        var command = new Command("run", "Runs a firmware and records it; the status is the guest's own if it exits.")
        {
            _firmware, _gdb, _wait, _limit,
        };
        _options.AddTo(command);
        _screen.AddTo(command);
        command.SetAction(Execute);
        return command;
    }

    private int Execute(ParseResult result)
    {
        CheckTogether(result);
        EarlyLoad.Begin();
        var settings = _options.Read(result, result.GetValue(_firmware)!, isForTravel: result.GetValue(_gdb) is not null);
        using var interruption = new Interruption();
        var gdbHasStdio = result.GetValue(_gdb) is StandardStreamsEndPoint;
        using var serial = new SerialPanel(
            _options.Serial.Read(result), readsStandardInput: !gdbHasStdio, writesStandardOutput: !gdbHasStdio);
        var writeScreen = () => { };
        using var session = new LiveSession(
            settings, serial, machine => writeScreen = _screen.Prepare(result, machine));
        var run = new LiveRun(settings.FirmwarePath, session, serial, interruption);
        var status = result.GetValue(_gdb) is { } address
            ? run.Serve(address, runsAlone: !result.GetValue(_wait))
            : run.Alone(result.GetValue(_limit));
        writeScreen();
        return status;
    }

    private void CheckTogether(ParseResult result)
    {
        var served = result.GetValue(_gdb) is not null;
        if (result.GetValue(_wait) && !served)
        {
            throw new CliException("--wait needs --gdb: without a debugger the run would never begin.");
        }

        if (_options.WantsDebuggerFiles(result) && !served)
        {
            throw new CliException("--semihosting-gdb needs --gdb: the files are the debugger's.");
        }

        if (served && result.GetValue(_limit) is not null)
        {
            throw new CliException("--max-instructions does not go with --gdb: there the debugger says how far.");
        }
    }
}
