using Reprise.Emulation.Boards;
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
    private readonly List<BlockInfo> _snapshots = [];

    /// <exception cref="RecordingException">Not a recording, or a damaged one.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public RecordingFile(string path)
    {
        _reader = new BlockReader(path);
        try
        {
            Header = ReadHeader();
            ReadHistory();
            Board = BoardCatalog.Find(Header.Board) ?? throw Bad(0, $"a board that is known, not '{Header.Board}'");
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

    public History History { get; } = new();

    public IBoard Board { get; }

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
                Board, RecordedOptions.BoardOptionsOf(Header), Firmware, Header.FirmwareName, gate);
        }
        catch (FirmwareException e)
        {
            throw new RecordingException(_reader.Name, 0, $"a firmware that loads ({e.Message})", e);
        }

        var ports = machine.InputPorts.Select(port => port.Name).ToHashSet();
        foreach (var input in History.Events)
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
        var applied = 0;
        var last = 0ul;
        foreach (var record in _snapshots.SelectMany(ReadSnapshotRecords))
        {
            if (record.Record.Position < last || record.Record.Position > History.ClosedEnd)
            {
                yield break;
            }

            last = record.Record.Position;
            var pages = new List<KeyValuePair<int, SharedPage>>();
            foreach (var page in record.Record.ChangedPages)
            {
                if (page.Number >= (uint)memory.PageCount || page.Bytes.Length != memory.PageSize)
                {
                    throw Bad(record.Offset, $"pages 0 to {memory.PageCount - 1} of {memory.PageSize} bytes");
                }

                pages.Add(new((int)page.Number, new SharedPage(page.Bytes.Span)));
            }

            tree = tree.With(pages);
            while (applied < History.Events.Count && History.Events[applied].Position <= last)
            {
                applied++;
            }

            yield return new Snapshot(last, applied, record.Record.State, tree);
        }
    }

    public void Dispose() => _reader.Dispose();

    private IEnumerable<(SnapshotRecord Record, long Offset)> ReadSnapshotRecords(BlockInfo block) =>
        _reader.ReadRecords<SnapshotRecord>(block).Select(record => (record, block.Offset));

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

    private void ReadHistory()
    {
        var events = new List<InputEvent>();
        foreach (var block in _reader.Blocks)
        {
            switch (block.Kind)
            {
                case BlockKind.InputEvents:
                    events.AddRange(_reader.ReadRecords<InputEvent>(block));
                    break;
                case BlockKind.Intervals:
                    AddIntervals(block);
                    break;
                case BlockKind.Snapshots:
                    _snapshots.Add(block);
                    break;
            }
        }

        // Events behind the last interval belong to one that was never sealed.
        var position = 0ul;
        foreach (var input in events)
        {
            if (input.Position < position)
            {
                throw Bad(0, $"input events in order; one at {input.Position} follows one at {position}");
            }

            position = input.Position;
            if (position <= History.ClosedEnd)
            {
                History.Add(input);
            }
        }
    }

    private void AddIntervals(BlockInfo block)
    {
        foreach (var interval in _reader.ReadRecords<IntervalRecord>(block))
        {
            if (interval.First != History.ClosedEnd)
            {
                throw Bad(block.Offset, $"an interval that begins at {History.ClosedEnd}, not at {interval.First}");
            }

            History.Add(interval);
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

    private RecordingException Bad(long offset, string expected) => new(_reader.Name, offset, expected);
}
