using System.CommandLine;
using System.Globalization;
using System.Net;
using Reprise.Cli.Options;
using Reprise.Cli.Serial;
using Reprise.Cli.Sessions;
using Reprise.Cli.Terminal;
using Reprise.Gdb.Server;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Commands;

/// <summary>Replays a recording: its console output again, or a debug server.</summary>
internal sealed class ReplayCommand : ICliCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "A recording." };

    private readonly Option<EndPoint?> _gdb = ParsedOption.Create<EndPoint?>(
        "--gdb", ServerAddress.Syntax, "Serves gdb; port 0 takes a free one.", ServerAddress.Parse);

    private readonly Option<Func<ulong, ulong>?> _at = ParsedOption.Create<Func<ulong, ulong>?>(
        "--at", "POSITION|start|end", "Where gdb begins (start), or where the replay ends (end).", ParsePosition);

    private readonly SerialOption _serial = new();
    private readonly DiskOption _disk = new(isOfReplay: true);
    private readonly ScreenOption _screen = new();
    private readonly SnapshotBudgetOption _budget = new();

    public Command Create()
    {
        var command = new Command("replay", "Replays a recording: prints its console output, or serves gdb.")
        {
            _file, _gdb, _at, _disk.Option, _budget.Option,
        };
        _serial.AddTo(command);
        _screen.AddTo(command);
        command.SetAction(Execute);
        return command;
    }

    private static Func<ulong, ulong> ParsePosition(string text)
    {
        if (text is "start" or "end")
        {
            return end => text == "start" ? 0 : end;
        }

        var position = Quantity.Parse(text);
        return _ => position;
    }

    private int Execute(ParseResult result)
    {
        EarlyLoad.Begin();
        var path = result.GetValue(_file)!;
        var address = result.GetValue(_gdb);
        using var interruption = new Interruption();
        using var serial = new SerialPanel(
            _serial.ReadForReplay(result),
            readsStandardInput: false,
            writesStandardOutput: address is not StandardStreamsEndPoint);
        using var session = new ReplaySession(
            path, serial, withSnapshots: address is not null, _disk.ReadPaths(result), _budget.Read(result, isForTravel: address is not null));
        var end = session.Timeline.End;
        var position = result.GetValue(_at)?.Invoke(end) ?? (address is null ? end : 0);
        if (position > end)
        {
            throw new CliException(string.Create(
                CultureInfo.InvariantCulture, $"--at: {path} ends at {end}; {position} lies behind."));
        }

        var writeScreen = _screen.Prepare(result, session.Timeline.Machine);
        if (address is null)
        {
            Print(path, session.Timeline, position, serial, interruption);
        }
        else
        {
            session.Timeline.Seek(position);
            using var service = new GdbService(new DebuggedFirmware(path, session), address, runsAlone: false);
            service.Announce();
            service.Serve(interruption);
        }

        writeScreen();
        return interruption.Status;
    }

    private static void Print(
        string path, Timeline timeline, ulong position, SerialPanel serial, Interruption interruption)
    {
        using var progress = new ProgressLine($"replaying {path}");
        serial.MakeRoomFor(progress);
        if (!SlicedReplay.To(timeline, position, progress, interruption) && !interruption.IsWanted)
        {
            throw new CliException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path} diverged: the machine stopped at {timeline.Position}, the recording goes to {position}. "
                + $"'reprise verify' says more."));
        }
    }
}
