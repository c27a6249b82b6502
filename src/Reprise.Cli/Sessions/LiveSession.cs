using System.Globalization;
using System.Reflection;
using Reprise.Cli.Input;
using Reprise.Cli.Options;
using Reprise.Cli.Serial;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Gdb.FileIo;
using Reprise.TimeTravel.Hosting;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;
using Reprise.Unicorn;

namespace Reprise.Cli.Sessions;

/// <summary>A firmware that runs and is recorded, in memory and, if wanted, in a file.</summary>
internal sealed class LiveSession : IDisposable
{
    private readonly RecordingWriter? _writer;
    private readonly ScheduledInput? _scheduled;
    private readonly SemihostingFiles? _host;
    private readonly UnansweredLog _unanswered;
    private readonly RegisterLog _registers;

    /// <param name="settings">What runs.</param>
    /// <param name="serial">Where its output goes.</param>
    /// <param name="check">Given the machine; what it throws comes before an old recording is replaced.</param>
    /// <exception cref="CliException">The recording can't be made.</exception>
    /// <exception cref="FirmwareException">The firmware can't be loaded.</exception>
    public LiveSession(LiveSettings settings, SerialPanel serial, Action<Machine>? check = null)
    {
        var bytes = FirmwareFile.Read(settings.FirmwarePath);
        if (settings.LoadAddress is null && FirmwareLoader.IsRaw(bytes))
        {
            settings = settings with { LoadAddress = settings.Board.RawAddress(settings.FirmwarePath, bytes.Length) };
        }

        Firmware = FirmwareLoader.Parse(bytes, settings.FirmwarePath, settings.LoadAddress);
        var gate = new GatedOutput(serial);
        var machine = MachineBuilder.Build(settings.Board, settings.Options, Firmware, settings.FirmwarePath, gate);
        Timeline = new Timeline(machine, new History(), gate, settings.SnapshotBudget);
        try
        {
            check?.Invoke(machine);
            serial.Connect(machine);
            DiskOption.Check(machine, settings.Options.Disks.Keys);
            _scheduled = settings.Script is { } script ? new ScheduledInput(script, machine.InputPorts, serial) : null;
            _host = settings.Options.Semihosting
                ? new SemihostingFiles(settings.SemihostingRoot, TimeProvider.System, serial.OpenConsole())
                : null;
            _writer = CreateWriter(settings, bytes);
        }
        catch
        {
            Timeline.Dispose();
            throw;
        }

        _unanswered = new UnansweredLog(Firmware.Symbols, settings.Board.Tags, Console.Error);
        machine.Unanswered = _unanswered.Add;
        machine.Resetting = new ResetLog(Console.Error).Add;
        _registers = new RegisterLog(Firmware.Symbols, settings.NamedAccesses, Console.Error);
        machine.RegisterAccessed = _registers.Add;
        Recorder = new Recorder(
            Timeline,
            new RecorderOptions(settings.IntervalLength, settings.IsPaced ? TimeProvider.System : null),
            _scheduled ?? (IHostInput)serial,
            _writer,
            settings.DebuggerFiles && _host is not null ? new DebuggerFiles(_host) : _host);
        Crew = new SearchCrew(() => CreateSilent(settings), SearchCrew.SizeFor(machine.Memory.Size));
    }

    public FirmwareImage Firmware { get; }

    public Timeline Timeline { get; }

    public Recorder Recorder { get; }

    /// <summary>Searches what was recorded with it.</summary>
    public SearchCrew Crew { get; }

    /// <summary>
    /// Ends the recording properly, and says on stderr what the guest did not get. Without this call the file ends with
    /// its last interval, unfinished.
    /// </summary>
    public void Finish()
    {
        Recorder.CloseInterval();
        _writer?.Finish();
        _unanswered.PrintTotal();
        _registers.PrintTotal();
        if (_scheduled?.DescribeRest() is { } rest)
        {
            Console.Error.WriteLine(rest);
        }
    }

    public void Dispose()
    {
        Crew.Dispose();
        _writer?.Dispose();
        _host?.Dispose();
        Timeline.Dispose();
    }

    private Timeline CreateSilent(LiveSettings settings)
    {
        var gate = new GatedOutput(new SilentSink());
        var machine = MachineBuilder.Build(settings.Board, settings.Options, Firmware, settings.FirmwarePath, gate);
        return new Timeline(machine, new History(), gate, snapshotBudget: 0);
    }

    private static RecordingWriter? CreateWriter(LiveSettings settings, byte[] firmware)
    {
        if (settings.RecordPath is not { } path)
        {
            return null;
        }

        RecordingTarget.Prepare(path, settings.Overwrite, settings.FirmwarePath);
        var options = new Dictionary<string, string>();
        RecordedOptions.Add(options, settings.Options);
        if (settings.LoadAddress is { } address)
        {
            options[RecordingFile.LoadAddressOption] = address.ToString(CultureInfo.InvariantCulture);
        }

        var header = new RecordingHeader(
            Path.GetFileName(settings.FirmwarePath),
            firmware,
            settings.Board.Name,
            options,
            typeof(LiveSession).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
            UnicornLibrary.Version.ToString(),
            settings.Options.NanosecondsPerInstruction,
            settings.Board.Files);
        try
        {
            return new RecordingWriter(path, header);
        }
        catch (ArgumentOutOfRangeException)
        {
            File.Delete(path);
            throw new CliException("--record: a recording holds its firmware file, which is too large here (64 MiB); "
                + "stripping its debug information makes it smaller.");
        }
    }
}
