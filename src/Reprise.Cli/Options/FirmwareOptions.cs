using System.CommandLine;
using Reprise.Cli.Input;
using Reprise.Cli.Sessions;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Firmware;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Options;

/// <summary>The options of every command that runs a firmware.</summary>
internal sealed class FirmwareOptions
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private readonly Option<string?> _board = new("--board")
    {
        Description = "The board; 'reprise boards' lists them. A board file of your own may be named too. Unless given, it goes by "
            + "the firmware's processor: mps2-an385, pc, pc-x86_64.",
        HelpName = "NAME|FILE.yaml",
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
        "--snapshot-interval", "N", "Instructions between two snapshots (10_000_000); fewer where they take the host longer than usual.",
        text => Quantity.ParsePositive(text));

    private readonly Option<bool> _semihosting = new("--semihosting")
    {
        Description = "Answers the firmware's semihosting calls (bkpt 0xAB): console, time, exit status.",
    };

    private readonly Option<string?> _semihostingRoot = new("--semihosting-root")
    {
        Description = "The folder whose files semihosting may read and write; none unless given.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _semihostingGdb = new("--semihosting-gdb")
    {
        Description = "The files that semihosting reads and writes are those of the debugger: gdb opens them where it runs.",
    };

    private readonly Option<string?> _semihostingCommandLine = new("--semihosting-cmdline")
    {
        Description = "What the firmware gets as its command line; its file's name unless given.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _input = new("--input")
    {
        Description = "A script of input at exact positions; each line a position, a port, and \"text\" or bytes.",
        HelpName = "FILE",
    };

    private readonly Option<ulong?> _logRegisters = ParsedOption.Create<ulong?>(
        "--log-registers", "N", "Accesses to registers of the board's SVD file that stderr names (20); 0 for none.",
        text => Quantity.Parse(text));

    private readonly Option<bool> _pace = new("--pace")
    {
        Description = "Virtual time goes no faster than the host's while the guest sleeps: for consoles and networks with people on them.",
    };

    private readonly Option<long?> _ram = ParsedOption.Create<long?>(
        "--ram", "SIZE", "RAM of a board that has a choice, as pc (128M).", text => Quantity.ParseSize(text));

    private readonly Option<DateTime?> _rtc = ParsedOption.Create<DateTime?>(
        "--rtc", "TIME|now", "What the board's clock shows at power-on (2026-01-01T00:00:00); now is the host's, in UTC.",
        text => StartTime.Parse(text));

    private readonly Option<string?> _boot = new("--boot")
    {
        Description = "What a PC's firmware tries to boot: of a (floppy), c (disk) and d (CD) up to three, in that order (cad).",
        HelpName = "ORDER",
    };

    private readonly Option<bool> _noReboot = new("--no-reboot")
    {
        Description = "A reset that the guest brings about (a PC's triple fault too) ends the run.",
    };

    private readonly DiskOption _disk = new();

    private readonly RomOption _rom = new();

    private readonly LoadOption _load = new();

    private readonly KernelOption _kernel = new();

    private readonly List<Option> _all = [];

    public SerialOption Serial { get; } = new();

    public SnapshotBudgetOption SnapshotBudget { get; } = new();

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])
        [
            _board, _record, _overwrite, _loadAddress, _clock, _interval,
            _semihosting, _semihostingRoot, _semihostingGdb, _semihostingCommandLine, _input, _logRegisters, _pace, _ram, _rtc, _boot,
            _noReboot, _disk.Option, _rom.Option, _load.Option, .. _kernel.Options,
        ])
        {
            command.Options.Add(option);
            _all.Add(option);
        }

        command.Options.Add(SnapshotBudget.Option);
        Serial.AddTo(command);
    }

    /// <summary>A recording knows all this: giving it again would have no effect.</summary>
    /// <exception cref="CliException">One of these options was given.</exception>
    public void RefuseForRecording(ParseResult result)
    {
        if (_all.Find(option => result.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new CliException($"{given.Name} is for a firmware; a recording knows how it was made.");
        }
    }

    /// <param name="result">The command line.</param>
    /// <param name="firmware">Its path.</param>
    /// <param name="isForTravel">A debugger is to go back and forth.</param>
    /// <exception cref="CliException">
    /// A board that is not known, options that do not go together, or a bad script.
    /// </exception>
    public LiveSettings Read(ParseResult result, string firmware, bool isForTravel)
    {
        var name = result.GetValue(_board) ?? DefaultBoard(firmware);
        var board = BoardCatalog.Open(name)
            ?? throw new CliException(
                $"there is no board '{name}'; 'reprise boards' lists them, and FILE.yaml is one of your own.");
        board = new BoardChoices((ulong?)result.GetValue(_ram), result.GetValue(_rtc)) 
        {
            BootOrder = result.GetValue(_boot),
            EndsAtReset = result.GetValue(_noReboot),
        }
            .Apply(board);
        (var started, var kernelFiles) = _kernel.Read(result, board, firmware);
        var address = result.GetValue(_loadAddress);
        if (started != firmware)
        {
            address ??= board.RawAddress(started, FirmwareFile.Read(started).Length);
        }

        return new LiveSettings(
            started,
            board,
            address,
            ReadBoardOptions(result, board, firmware) with
            {
                Disks = _disk.Read(result),
                Loaded = _load.Read(result),
                Roms = _rom.Read(result, board, started).Concat(kernelFiles).ToDictionary(),
            },
            ReadSemihostingRoot(result),
            ReadDebuggerFiles(result),
            result.GetValue(_input) is { } script ? InputScript.Read(script) : null,
            result.GetValue(_record),
            result.GetValue(_overwrite),
            result.GetValue(_interval) ?? RecorderOptions.DefaultIntervalLength,
            SnapshotBudget.Read(result, isForTravel),
            result.GetValue(_logRegisters) ?? RegisterLog.DefaultShown,
            result.GetValue(_pace));
    }

    private static string DefaultBoard(string firmware) => FirmwareLoader.MachineOf(FirmwareFile.Read(firmware)) switch
    {
        FirmwareMachine.I386 => "pc",
        FirmwareMachine.X64 => "pc-x86_64",
        _ => "mps2-an385",
    };

    /// <summary>The clock counts whole nanoseconds.</summary>
    private static ulong NanosecondsOf(ulong hertz) => hertz <= NanosecondsPerSecond
        ? (ulong)Math.Round((double)NanosecondsPerSecond / hertz)
        : throw new CliException($"--clock: the most is {NanosecondsPerSecond} Hz, one instruction a nanosecond.");

    private BoardOptions ReadBoardOptions(ParseResult result, Board board, string firmware)
    {
        var nanoseconds = NanosecondsOf(result.GetValue(_clock) ?? board.DefaultClock);
        var commandLine = result.GetValue(_semihostingCommandLine);
        if (result.GetValue(_semihosting))
        {
            return new BoardOptions(nanoseconds, Semihosting: true, commandLine ?? Path.GetFileName(firmware));
        }

        return commandLine is null && result.GetValue(_semihostingRoot) is null && !result.GetValue(_semihostingGdb)
            ? new BoardOptions(nanoseconds)
            : throw new CliException("--semihosting-root, --semihosting-gdb and --semihosting-cmdline need --semihosting.");
    }

    /// <summary>Whether semihosting's files are to be the debugger's.</summary>
    public bool WantsDebuggerFiles(ParseResult result) => result.GetValue(_semihostingGdb);

    private bool ReadDebuggerFiles(ParseResult result) =>
        result.GetValue(_semihostingGdb) && result.GetValue(_semihostingRoot) is not null
            ? throw new CliException("--semihosting-root or --semihosting-gdb: the files are here or the debugger's.")
            : result.GetValue(_semihostingGdb);

    private string? ReadSemihostingRoot(ParseResult result) =>
        result.GetValue(_semihostingRoot) is not { } root || Directory.Exists(root)
            ? result.GetValue(_semihostingRoot)
            : throw new CliException($"--semihosting-root: there is no folder '{root}'.");
}
