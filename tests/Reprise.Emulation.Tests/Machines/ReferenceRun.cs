using Reprise.Emulation.Execution;
using Reprise.Emulation.Firmware;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>
/// What every chopped run must agree with: the state's hash at many positions, and the PC at those in a few windows
/// that were stepped through. A run without any stop must end in the same state, else the reference itself is chopped.
/// </summary>
internal sealed class ReferenceRun
{
    private const int Windows = 60;
    private const int WindowLength = 400;
    private const int ScatteredCheckpoints = 3_000;
    private const int Snapshots = 40;

    private readonly Dictionary<ulong, (UInt128 Hash, uint Pc)> _checkpoints = [];

    public ReferenceRun(FirmwareImage image, ulong end, int seed)
    {
        Image = image;
        End = end;
        using (var straight = new TortureRun(image, []))
        {
            straight.RunTo(end, HitMode.Stop);
            Pages = [.. straight.Machine.Engine.Pages.Touched.Order()];
        }

        using var whole = new TortureRun(image, Pages);
        whole.RunTo(end, HitMode.Stop);
        EndHash = whole.Hash();

        var random = new Random(seed);
        var starts = Enumerable.Range(0, Windows).Select(_ => (ulong)random.NextInt64((long)end - WindowLength));
        WindowStarts = [.. starts.Order()];
        var snapshots = Enumerable.Range(0, Snapshots).Select(_ => (ulong)random.NextInt64((long)end)).ToHashSet();
        var stops = Enumerable.Range(0, ScatteredCheckpoints).Select(_ => (ulong)random.NextInt64((long)end))
            .Concat(WindowStarts.SelectMany(start => Enumerable.Range(0, WindowLength).Select(i => start + (ulong)i)))
            .Concat(snapshots).Append(0ul).Append(end).Distinct().Order();
        using var checkpointed = new TortureRun(image, Pages);
        foreach (var stop in stops)
        {
            checkpointed.RunTo(stop, HitMode.Stop);
            _checkpoints.Add(stop, (checkpointed.Hash(), checkpointed.ProgramCounter));
            if (stop == 0 || snapshots.Contains(stop))
            {
                Saved.Add(checkpointed.Save());
            }
        }
    }

    public FirmwareImage Image { get; }

    public ulong End { get; }

    public IReadOnlyList<int> Pages { get; }

    /// <summary>Of the run without any stop but those for input.</summary>
    public UInt128 EndHash { get; }

    public IReadOnlyList<ulong> WindowStarts { get; }

    public List<RunSnapshot> Saved { get; } = [];

    public UInt128 HashAt(ulong position) => _checkpoints[position].Hash;

    /// <summary>Positions of a window at which an instruction is about to run.</summary>
    public IEnumerable<ulong> PositionsOf(uint address, ulong start) =>
        Enumerable.Range(0, WindowLength).Select(i => start + (ulong)i)
            .Where(position => _checkpoints[position].Pc == address);

    public ulong EndOfWindow(ulong start) => start + WindowLength - 1;

    public uint PcAt(ulong position) => _checkpoints[position].Pc;

    /// <summary>Fails when the run is at a known position in an unknown state.</summary>
    public void Check(TortureRun run, Func<string> history)
    {
        if (_checkpoints.TryGetValue(run.Position, out var expected) && run.Hash() != expected.Hash)
        {
            Assert.Fail($"diverged at position {run.Position}, PC {run.ProgramCounter:x} "
                + $"instead of {expected.Pc:x}\n{history()}");
        }
    }
}
