using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.TimeTravel.Hosting;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>A sample firmware on its board, live, with short intervals and scripted input.</summary>
internal sealed class TravelFixture : IDisposable
{
    public const ulong NanosecondsPerInstruction = 8;

    private const string UsualBoard = "mps2-an385";

    public TravelFixture(
        string sample,
        ulong intervalLength,
        IHostInput? input = null,
        IRecordingSink? sink = null,
        long budget = 1 << 28,
        IHostServices? host = null,
        TimeProvider? pace = null)
        : this(sample, new History(), budget)
    {
        Recorder = new Recorder(Timeline, new RecorderOptions(intervalLength, pace), input ?? new ScriptedInput(""), sink,
            host);
        Traveler = new Traveler(Timeline, Recorder);
    }

    private TravelFixture(string sample, History history, long budget)
    {
        Firmware = FirmwareLoader.Load(SamplePath(sample), loadAddress: null);
        var gate = new GatedOutput(Output);
        var machine = MachineBuilder.Build(BoardOf(sample), OptionsOf(sample), Firmware, sample, gate);
        Timeline = new Timeline(machine, history, gate, budget);
        Recorder = null!;
        Traveler = new Traveler(Timeline, null);
    }

    public FirmwareImage Firmware { get; }

    public TextOutput Output { get; } = new();

    public Timeline Timeline { get; }

    /// <summary>None when the history is finished.</summary>
    public Recorder Recorder { get; }

    public Traveler Traveler { get; }

    /// <summary>A finished history on a machine of its own, with no snapshot but the first.</summary>
    public static TravelFixture Replaying(string sample, History history, long budget = 1 << 28) =>
        new(sample, history, budget);

    public static string SamplePath(string sample)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Reprise.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        var name = sample[(sample.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return name == sample && name.Contains('/', StringComparison.Ordinal)
            ? Path.Combine(folder, "samples", "boards", $"{name}.elf")
            : Path.Combine(folder, "samples", name, $"{Path.GetFileName(name)}.elf");
    }

    public static RecordingHeader Header(string sample)
    {
        var options = new Dictionary<string, string>();
        RecordedOptions.Add(options, OptionsOf(sample));
        return new RecordingHeader(
            sample, File.ReadAllBytes(SamplePath(sample)), BoardOf(sample).Name, options, "test", "test",
            NanosecondsPerInstruction, []);
    }

    public ulong AddressOf(string symbol) => Firmware.Symbols.First(candidate => candidate.Name == symbol).Address;

    /// <summary><c>board:sample</c>, <c>board/sample</c> for one in its board's folder, or a sample of the usual board.</summary>
    private static Board BoardOf(string sample)
    {
        var end = sample.IndexOfAny([':', '/']);
        return BoardCatalog.Find(end < 0 ? UsualBoard : sample[..end])!;
    }

    private static BoardOptions OptionsOf(string sample) =>
        new(NanosecondsPerInstruction, sample == "semihosting", "semihosting.elf world");

    public StopReason? Record(ulong end) => Recorder.Record(end, HitMode.Stop, () => false);

    public void Dispose() => Timeline.Dispose();
}
