using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.Benchmarks;

/// <summary>An MPS2-AN385 with a firmware, nobody at its serial ports.</summary>
internal static class BenchSetup
{
    public const ulong Interval = RecorderOptions.DefaultIntervalLength;

    private const string Board = "mps2-an385";
    private const long SnapshotBudget = 256 << 20;

    /// <summary>The yardstick: samples/compute, 998 million instructions of plain computing.</summary>
    public static byte[] Compute => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "samples", "compute.elf"));

    public static Machine BuildMachine(byte[] rawFirmware) => Build(rawFirmware, new Nobody(), loadAddress: 0);

    /// <summary>A timeline at position 0 and its recorder.</summary>
    /// <param name="firmware">The file's bytes.</param>
    /// <param name="sink">Where the recording goes, if anywhere.</param>
    public static (Timeline Timeline, Recorder Recorder) BuildTimeline(byte[] firmware, IRecordingSink? sink)
    {
        var gate = new GatedOutput(new Nobody());
        var timeline = new Timeline(Build(firmware, gate), new History(), gate, SnapshotBudget);
        return (timeline, new Recorder(timeline, new RecorderOptions(Interval), new Nobody(), sink));
    }

    public static RecordingHeader HeaderOf(byte[] firmware) =>
        new("compute.elf", firmware, Board, new Dictionary<string, string>(), "bench", "bench", 8, []);

    private static Machine Build(byte[] firmware, IOutputSink output, ulong? loadAddress = null) => MachineBuilder.Build(
        BoardCatalog.Find(Board)!, new BoardOptions(8), FirmwareLoader.Parse(firmware, "bench", loadAddress), "bench", output);

    private sealed class Nobody : IOutputSink, IHostInput
    {
        public bool CanDeliver => false;

        public void Write(string port, byte value)
        {
        }

        public bool HasByte(IInputPort port, ulong position) => false;

        public bool TryRead(IInputPort port, ulong position, out byte value)
        {
            value = 0;
            return false;
        }

        public void Wait()
        {
        }
    }
}
