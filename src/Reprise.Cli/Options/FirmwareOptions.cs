using System.CommandLine;
using Reprise.Cli.Sessions;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Boards;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Options;

/// <summary>The options of every command that runs a firmware.</summary>
internal sealed class FirmwareOptions
{
    public const string DefaultBoard = "mps2-an385";

    private const long DefaultSnapshotBudget = 256 << 20;

    private readonly Option<string> _board = new("--board")
    {
        Description = "The board; 'reprise boards' lists them.",
        HelpName = "NAME",
        DefaultValueFactory = _ => DefaultBoard,
    };

    private readonly Option<string?> _record = new("--record")
    {
        Description = "Keeps the run in a recording file.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _overwrite = new("--overwrite")
    {
        Description = "Replaces the recording file if it is there already.",
    };

    private readonly Option<ulong?> _loadAddress = ParsedOption.Create<ulong?>(
        "--load-address", "ADDRESS", "Where a raw binary goes; ELF and Intel HEX know it.", text => Quantity.Parse(text));

    private readonly Option<ulong?> _clock = ParsedOption.Create<ulong?>(
        "--clock", "HZ", "Instructions in a second of virtual time; the board's own unless given.",
        text => Quantity.ParsePositive(text));

    private readonly Option<ulong?> _interval = ParsedOption.Create<ulong?>(
        "--snapshot-interval", "N", "Instructions between two snapshots (10_000_000).",
        text => Quantity.ParsePositive(text));

    private readonly Option<long?> _budget = ParsedOption.Create<long?>(
        "--snapshot-budget", "SIZE", "Memory that snapshots may take (256M).", text => Quantity.ParseSize(text));

    private readonly Option<bool> _semihosting = new("--semihosting")
    {
        Description = "Lets the firmware use the host: console, files, exit status.",
    };

    private readonly Option<string?> _semihostingRoot = new("--semihosting-root")
    {
        Description = "The folder that semihosting may see.",
        HelpName = "DIR",
    };

    public SerialOption Serial { get; } = new();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
            { _board, _record, _overwrite, _loadAddress, _clock, _interval, _budget, _semihosting, _semihostingRoot })
        {
            command.Options.Add(option);
        }

        Serial.AddTo(command);
    }

    /// <exception cref="CliException">A board that is not known, or something that is not there yet.</exception>
    public LiveSettings Read(ParseResult result, string firmware)
    {
        if (result.GetValue(_semihosting) || result.GetValue(_semihostingRoot) is not null)
        {
            throw new CliException("--semihosting is not supported yet.");
        }

        var name = result.GetValue(_board)!;
        var board = BoardCatalog.Find(name)
            ?? throw new CliException($"there is no board '{name}'; 'reprise boards' lists them.");
        return new LiveSettings(
            firmware,
            board,
            result.GetValue(_loadAddress),
            NanosecondsOf(result.GetValue(_clock) ?? board.DefaultClock),
            result.GetValue(_record),
            result.GetValue(_overwrite),
            result.GetValue(_interval) ?? RecorderOptions.DefaultIntervalLength,
            result.GetValue(_budget) ?? DefaultSnapshotBudget);
    }

    private static ulong NanosecondsOf(ulong hertz) => Math.Max(1, (ulong)Math.Round(1e9 / hertz));
}
