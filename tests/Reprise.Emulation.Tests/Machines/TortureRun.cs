using System.IO.Hashing;
using System.Runtime.InteropServices;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>
/// The torture firmware on a machine, with bytes that come in on its UART at positions that are the same for every run,
/// and with its whole state as a hash. It can be taken back to a snapshot of itself or of another run.
/// </summary>
internal sealed class TortureRun : IDisposable
{
    /// <summary>Instructions between two bytes of input: a prime, so that they hit every kind of code.</summary>
    public const ulong InputPeriod = 7_919;

    private readonly OutputHash _output = new();
    private readonly StateWriter _writer = new();
    private readonly IInputPort _port;
    private readonly int[] _pages;
    private readonly byte[] _memory;

    /// <param name="image">The firmware.</param>
    /// <param name="pages">The pages that it uses, by number.</param>
    public TortureRun(FirmwareImage image, IEnumerable<int> pages)
    {
        Machine = SampleFirmware.Start(image, _output);
        _port = Machine.InputPorts.Single(port => port.Name == "uart0");
        _pages = [.. pages];
        _memory = new byte[_pages.Length * Machine.Memory.PageSize];
    }

    public Machine Machine { get; }

    public ulong Position => Machine.Position;

    public uint ProgramCounter => (uint)Machine.Processor.ProgramCounter;

    /// <summary>Runs that ignore hits are chopped wherever they have cost this, too; 0 for nowhere.</summary>
    public int MostEffort { get; set; }

    /// <summary>Runs to a position, or until something stops the machine before it.</summary>
    public StopReason RunTo(ulong position, HitMode mode)
    {
        while (Position < position)
        {
            var input = (Position / InputPeriod + 1) * InputPeriod;
            Machine.Engine.EffortLimit = mode == HitMode.Ignore && MostEffort > 0
                ? Machine.Engine.Effort + (ulong)MostEffort
                : ulong.MaxValue;
            var reason = Machine.Run(Math.Min(position, input), mode);
            if (Position == input && _port.CanReceive)
            {
                Machine.Receive(_port, (byte)(input / InputPeriod * 37));
                if (reason.Kind is StopKind.Breakpoint or StopKind.LimitReached && mode == HitMode.Stop)
                {
                    // The state at a position is that with its input: maybe another instruction comes next.
                    reason = new StopReason(
                        Machine.Engine.IsAtHit(ProgramCounter) ? StopKind.Breakpoint : StopKind.LimitReached);
                }
            }

            if (reason.Kind is not (StopKind.LimitReached or StopKind.InputPossible))
            {
                return reason;
            }
        }

        return new StopReason(StopKind.LimitReached);
    }

    public UInt128 Hash()
    {
        SaveMachine();
        var output = _output.Value;
        var hash = new XxHash128(output.Count);
        hash.Append(_writer.Written);
        hash.Append(MemoryMarshal.AsBytes([output.Hash]));
        foreach (var page in _pages)
        {
            hash.Append(Machine.Memory.Page(page));
        }

        return hash.GetCurrentHashAsUInt128();
    }

    public RunSnapshot Save()
    {
        SaveMachine();
        for (var i = 0; i < _pages.Length; i++)
        {
            Machine.Memory.Page(_pages[i]).CopyTo(SavedPage(_memory, i));
        }

        return new RunSnapshot(Position, _writer.Written.ToArray(), [.. _memory], _output.Value);
    }

    public void Restore(RunSnapshot snapshot)
    {
        for (var i = 0; i < _pages.Length; i++)
        {
            var saved = SavedPage(snapshot.Pages, i);
            var page = Machine.Memory.Page(_pages[i]);
            if (!saved.SequenceEqual(page))
            {
                saved.CopyTo(page);
                Machine.Engine.InvalidateCode(_pages[i]);
            }
        }

        var reader = new StateReader(snapshot.State);
        Machine.Restore(ref reader);
        Assert.That(reader.AtEnd);
        Machine.Engine.BeginInterval();
        _output.Value = snapshot.Output;
    }

    public void Dispose() => Machine.Dispose();

    private void SaveMachine()
    {
        _writer.Clear();
        Machine.Save(_writer);
    }

    private Span<byte> SavedPage(byte[] pages, int index) =>
        pages.AsSpan(index * Machine.Memory.PageSize, Machine.Memory.PageSize);
}
