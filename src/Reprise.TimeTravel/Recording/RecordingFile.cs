using System.Collections.ObjectModel;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Semihosting;
using Reprise.TimeTravel.Snapshots;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Recording;

/// <summary>
/// A recording that was opened: everything in it is checked against itself before anything runs. Snapshots are a cache
/// and are read only when a timeline is made of the recording.
/// </summary>
public sealed class RecordingFile : IDisposable
{
    private readonly BlockReader _reader;
    private readonly List<(BlockInfo Block, History Branch, int Events)> _snapshots = [];

    /// <exception cref="RecordingException">Not a recording, or a damaged one.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public RecordingFile(string path)
    {
        _reader = new BlockReader(path);
        try
        {
            Header = ReadHeader();
            ReadHistory();
            Board = ReadBoard();
            if (Header.NanosecondsPerInstruction is 0 or > 1_000_000_000)
            {
                throw Bad(0, "1 to 1,000,000,000 ns an instruction");
            }

            Firmware = FirmwareLoader.Parse(Header.Firmware, Header.FirmwareName, LoadAddress);
        }
        catch (FirmwareException e)
        {
            _reader.Dispose();
            throw new RecordingException(path, 0, $"a firmware that loads ({e.Message})", e);
        }
        catch
        {
            _reader.Dispose();
            throw;
        }
    }

    /// <summary>True for a file that begins like a recording; false also when it can't be read.</summary>
    public static bool IsRecording(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var magic = new byte[RecordingFormat.FileMagic.Length];
            return stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length
                && RecordingFormat.FileMagic.SequenceEqual(magic);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Key of the header's option that holds a raw firmware's load address, in decimal.</summary>
    public const string LoadAddressOption = "load-address";

    public RecordingHeader Header { get; }

    /// <summary>Paths of disk images that are not where they were, by drive; what they hold must be the same.</summary>
    public IReadOnlyDictionary<string, string> MovedDisks { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The first branch, which has all others in its list.</summary>
    public History History { get; } = new();

    public Board Board { get; }

    public FirmwareImage Firmware { get; }

    /// <summary>False when the recorder was killed; the history ends with the last sealed interval.</summary>
    public bool Finished => _reader.Finished;

    /// <summary>Why an unfinished file ends where it does; null when no bytes were left over.</summary>
    public string? TailProblem => _reader.TailProblem;

    public int SnapshotCount => _snapshots.Count;

    /// <summary>Bytes in blocks of a kind, as they are in the file.</summary>
    public long CompressedBytes(BlockKind kind) =>
        _reader.Blocks.Where(block => block.Kind == kind).Sum(block => (long)block.CompressedLength);

    /// <summary>A machine at position 0 with the recording's history and no snapshots: what a verification runs.</summary>
    /// <exception cref="RecordingException">The history does not fit the board.</exception>
    public Timeline CreateBareTimeline(IOutputSink output, long snapshotBudget)
    {
        var gate = new GatedOutput(output);
        Machine machine;
        try
        {
            machine = MachineBuilder.Build(
                Board, RecordedOptions.BoardOptionsOf(Header, MovedDisks), Firmware, Header.FirmwareName, gate);
        }
        catch (FirmwareException e)
        {
            throw new RecordingException(_reader.Name, 0, $"a firmware that loads ({e.Message})", e);
        }
        catch (InvalidDataException e)
        {
            throw new RecordingException(_reader.Name, 0, e.Message, e);
        }

        var ports = machine.InputPorts.Select(port => port.Name).ToHashSet();
        foreach (var input in History.Branches.SelectMany(OwnEvents))
        {
            if (!IsValid(input, ports, machine))
            {
                machine.Dispose();
                throw Bad(0, $"an input event at {input.Position} that the board can take");
            }
        }

        return new Timeline(machine, History, gate, snapshotBudget);
    }

    /// <summary>The same with the recording's snapshots.</summary>
    /// <exception cref="RecordingException">The history or a snapshot does not fit the board.</exception>
    public Timeline CreateTimeline(IOutputSink output, long snapshotBudget)
    {
        var timeline = CreateBareTimeline(output, snapshotBudget);
        try
        {
            foreach (var snapshot in ReadSnapshots(timeline))
            {
                timeline.Put(snapshot);
            }

            return timeline;
        }
        catch
        {
            timeline.Dispose();
            throw;
        }
    }

    /// <summary>The snapshots in the file, in order; nothing is kept of those that were passed.</summary>
    /// <param name="timeline">A timeline of this recording: it has the memory that they build on.</param>
    /// <exception cref="RecordingException">A snapshot does not fit the board.</exception>
    public IEnumerable<Snapshot> ReadSnapshots(Timeline timeline)
    {
        var tree = timeline.Snapshots.FindAtOrBefore(0)!.Pages;
        var memory = timeline.Machine.Memory;
        foreach (var (record, offset, branch, events) in _snapshots.SelectMany(ReadSnapshotRecords))
        {
            if (record.Position > branch.ClosedEnd || branch.OwnerOf(record.Position) != branch)
            {
                yield break;
            }

            var pages = new List<KeyValuePair<int, SharedPage>>();
            foreach (var page in record.ChangedPages)
            {
                if (page.Number >= (uint)memory.PageCount || page.Bytes.Length != memory.PageSize)
                {
                    throw Bad(offset, $"pages 0 to {memory.PageCount - 1} of {memory.PageSize} bytes");
                }

                pages.Add(new((int)page.Number, new SharedPage(page.Bytes.Span)));
            }

            tree = tree.With(pages);
            yield return new Snapshot(record.Position, events, record.State, tree, branch.Number);
        }
    }

    public void Dispose() => _reader.Dispose();

    private IEnumerable<(SnapshotRecord Record, long Offset, History Branch, int Events)> ReadSnapshotRecords(
        (BlockInfo Block, History Branch, int Events) at) =>
        _reader.ReadRecords<SnapshotRecord>(at.Block).Select(record => (record, at.Block.Offset, at.Branch, at.Events));

    private static IEnumerable<InputEvent> OwnEvents(History branch) => branch.Events.Skip(branch.FirstEvent);

    private ulong? LoadAddress =>
        Header.Options.TryGetValue(LoadAddressOption, out var text)
            ? ulong.TryParse(text, out var address) ? address : throw Bad(0, $"a load address, not '{text}'")
            : null;

    private RecordingHeader ReadHeader()
    {
        if (_reader.Blocks.Count == 0 || _reader.Blocks[0].Kind != BlockKind.Header)
        {
            throw Bad(RecordingFormat.FileHeaderLength, "the header block, sealed");
        }

        var records = _reader.ReadRecords<RecordingHeader>(_reader.Blocks[0]);
        return records.Count == 1 ? records[0] : throw Bad(RecordingFormat.FileHeaderLength, "one header");
    }

    /// <summary>
    /// Events and snapshots come before the interval that they belong to; behind the last interval of a branch they are
    /// left out, as theirs was never sealed.
    /// </summary>
    private void ReadHistory()
    {
        var branch = History;
        var events = new List<InputEvent>();
        foreach (var block in _reader.Blocks)
        {
            switch (block.Kind)
            {
                case BlockKind.Branch:
                    branch = ReadBranch(block);
                    events.Clear();
                    break;
                case BlockKind.InputEvents:
                    events.AddRange(_reader.ReadRecords<InputEvent>(block));
                    break;
                case BlockKind.Snapshots:
                    _snapshots.Add((block, branch, branch.Events.Count + events.Count));
                    break;
                case BlockKind.Intervals:
                    AddIntervals(block, branch, events);
                    break;
            }
        }

        _snapshots.RemoveAll(snapshot => snapshot.Events > snapshot.Branch.Events.Count);
        foreach (var every in History.Branches)
        {
            every.Finish();
        }
    }

    private History ReadBranch(BlockInfo block)
    {
        var branches = History.Branches;
        var records = _reader.ReadRecords<BranchRecord>(block);
        if (records is not [var record] || record.Number > branches.Count || record.Parent >= branches.Count)
        {
            throw Bad(block.Offset, $"one branch, numbered {branches.Count} or below, that forks from one before it");
        }

        if (record.Number < branches.Count)
        {
            var known = branches[(int)record.Number];
            return record == BranchRecord.Of(known)
                ? known
                : throw Bad(block.Offset, $"branch {known.Number} as before");
        }

        var parent = branches[(int)record.Parent];
        if (record.ForkPosition > parent.ClosedEnd || parent.OwnerOf(record.ForkPosition) != parent)
        {
            throw Bad(
                block.Offset,
                $"a fork between {parent.ForkPosition} and {parent.ClosedEnd} of branch {parent.Number}");
        }

        return branches.Count < History.MostBranches
            ? parent.Fork(record.ForkPosition)
            : throw Bad(block.Offset, $"at most {History.MostBranches} branches");
    }

    private void AddIntervals(BlockInfo block, History branch, List<InputEvent> events)
    {
        foreach (var interval in _reader.ReadRecords<IntervalRecord>(block))
        {
            if (interval.First != branch.ClosedEnd)
            {
                throw Bad(block.Offset, $"an interval that begins at {branch.ClosedEnd}, not at {interval.First}");
            }

            var count = events.TakeWhile(input => input.Position <= interval.Last).Count();
            foreach (var input in events.Take(count))
            {
                var last = branch.Events.Count > 0 ? branch.Events[^1].Position : 0;
                if (input.Position < Math.Max(last, branch.ForkPosition))
                {
                    throw Bad(block.Offset, $"input events in order; one at {input.Position} follows one at {last}");
                }

                branch.Add(input);
            }

            events.RemoveRange(0, count);
            branch.Add(interval);
        }
    }

    private static bool IsValid(InputEvent input, HashSet<string> ports, Machine machine) => (InputKind)input.Kind switch
    {
        InputKind.Port => ports.Contains(input.Port),
        InputKind.Memory => input.Data.Length >= sizeof(ulong)
            && IsMemory(machine, BitConverter.ToUInt64(input.Data.Span), input.Data.Length - sizeof(ulong)),
        InputKind.Register => input.Data.Length > 1
            && input.Data.Span[0] < machine.Processor.Registers.Count
            && input.Data.Length - 1 <= (machine.Processor.Registers[input.Data.Span[0]].Bits + 7) / 8,
        InputKind.Reset => input.Data.IsEmpty,
        InputKind.Hold => input.Data.Length == 1 && input.Data.Span[0] <= 1,
        InputKind.HostReply => machine.HasSemihosting && input.Data.Length >= HostReply.HeaderLength,
        _ => false,
    };

    private static bool IsMemory(Machine machine, ulong address, int length)
    {
        for (var at = 0; at < length; at++)
        {
            if (!machine.Memory.TryFind(address + (ulong)at, out _, out _))
            {
                return false;
            }
        }

        return true;
    }

    private Board ReadBoard()
    {
        try
        {
            var board = Header.BoardFiles.Count > 0 ? Board.Read(Header.BoardFiles) : BoardCatalog.Find(Header.Board);
            return board is not null && board.Name == Header.Board
                ? board
                : throw Bad(0, $"a board that is known, not '{Header.Board}'");
        }
        catch (BoardFileException e)
        {
            throw new RecordingException(_reader.Name, 0, $"a board that can be built ({e.Message})", e);
        }
    }

    private RecordingException Bad(long offset, string expected) => new(_reader.Name, offset, expected);
}
