using System.Collections.ObjectModel;
using System.Runtime.InteropServices;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.TimeTravel.Snapshots;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Recording;

/// <summary>
/// A recording that was opened: everything in it is checked against itself before anything runs. Snapshots are a cache
/// and are read only when a timeline is made of the recording.
/// </summary>
public sealed class RecordingFile : IDisposable
{
    // Once for all machines that are made of it: disk images are read whole, for their hashes.
    private readonly Lazy<BoardOptions> _options;
    private readonly BlockReader _reader;
    private readonly HistoryReader _history;

    /// <exception cref="RecordingException">Not a recording, or a damaged one.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public RecordingFile(string path)
    {
        _reader = new BlockReader(path);
        _options = new Lazy<BoardOptions>(() => RecordedOptions.BoardOptionsOf(Header!, MovedDisks));
        try
        {
            Header = ReadHeader();
            _history = new HistoryReader(_reader);
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
    public History History => _history.Root;

    public Board Board { get; }

    public FirmwareImage Firmware { get; }

    /// <summary>False when the recorder was killed; the history ends with the last sealed interval.</summary>
    public bool Finished => _reader.Finished;

    /// <summary>Why an unfinished file ends where it does; null when no bytes were left over.</summary>
    public string? TailProblem => _reader.TailProblem;

    public int SnapshotCount => _history.Snapshots.Count;

    /// <summary>Bytes in blocks of a kind, as they are in the file.</summary>
    public long CompressedBytes(BlockKind kind) =>
        _reader.Blocks.Where(block => block.Kind == kind).Sum(block => (long)block.CompressedLength);

    /// <summary>The same when they are not compressed.</summary>
    public long Bytes(BlockKind kind) => _reader.Blocks.Where(block => block.Kind == kind).Sum(block => (long)block.UncompressedLength);

    /// <summary>A machine at position 0 with the recording's history and no snapshots: what a verification runs.</summary>
    /// <exception cref="RecordingException">The history does not fit the board.</exception>
    public Timeline CreateBareTimeline(IOutputSink output, long snapshotBudget) =>
        CreateTimeline(History, output, snapshotBudget);

    /// <summary>A machine at position 0 with no history at all: to record on what is recorded here.</summary>
    /// <exception cref="RecordingException">The history does not fit the board.</exception>
    public Timeline CreateEmptyTimeline(IOutputSink output, long snapshotBudget) =>
        CreateTimeline(new History(), output, snapshotBudget);

    /// <summary>
    /// The same with the recording's snapshots. Their pages stay in the file until they are wanted; half of the budget is for those
    /// that were.
    /// </summary>
    /// <exception cref="RecordingException">The history or a snapshot does not fit the board.</exception>
    public Timeline CreateTimeline(IOutputSink output, long snapshotBudget)
    {
        var timeline = CreateBareTimeline(output, snapshotBudget - (snapshotBudget / 2));
        try
        {
            var isChecked = false;
            foreach (var snapshot in ReadSnapshots(timeline, snapshotBudget / 2))
            {
                if (!isChecked)
                {
                    CheckState(timeline, snapshot);
                    isChecked = true;
                }

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

    /// <summary>The snapshots in the file, in order. Their pages are read when they are looked at.</summary>
    /// <param name="timeline">A timeline of this recording: it has the memory that they build on.</param>
    /// <param name="kept">Bytes of blocks that were read and are kept; what was read last always is.</param>
    /// <exception cref="RecordingException">A snapshot does not fit the board.</exception>
    public IEnumerable<Snapshot> ReadSnapshots(Timeline timeline, long kept = 0)
    {
        var blocks = new StoredBlocks(_reader, kept);
        var tree = timeline.Snapshots.FindAtOrBefore(0)!.Pages;
        var memory = timeline.Machine.Memory;
        foreach (var (record, block, branch, events) in ReadSnapshotRecords())
        {
            if (record.Position > branch.ClosedEnd || branch.OwnerOf(record.Position) != branch)
            {
                yield break;
            }

            var source = blocks.SourceOf(block);
            var pages = new List<KeyValuePair<int, SharedPage>>();
            foreach (var page in record.ChangedPages)
            {
                if (page.Number >= (uint)timeline.PageCapacity || page.Bytes.Length != memory.PageSize)
                {
                    throw Bad(block.Offset, $"pages 0 to {timeline.PageCapacity - 1} of {memory.PageSize} bytes");
                }

                MemoryMarshal.TryGetArray(page.Bytes, out var place);
                pages.Add(new((int)page.Number, new SharedPage(source, place.Offset, place.Count)));
            }

            tree = tree.With(pages);
            if (record.State.IsEmpty)
            {
                continue;
            }

            yield return new Snapshot(record.Position, events, record.State.ToArray(), tree, branch.Number);
        }
    }

    public void Dispose() => _reader.Dispose();

    private Timeline CreateTimeline(History history, IOutputSink output, long snapshotBudget)
    {
        var gate = new GatedOutput(output);
        Machine machine;
        try
        {
            machine = MachineBuilder.Build(
                Board, _options.Value, Firmware, Header.FirmwareName, gate);
        }
        catch (FirmwareException e)
        {
            throw new RecordingException(_reader.Name, 0, $"a firmware that loads ({e.Message})", e);
        }
        catch (InvalidDataException e)
        {
            throw new RecordingException(_reader.Name, 0, e.Message, e);
        }

        var inputs = new MachineInputs(machine);
        foreach (var input in History.Branches.SelectMany(OwnEvents))
        {
            if (!inputs.CanTake(input))
            {
                machine.Dispose();
                throw Bad(0, $"an input event at {input.Position} that the board can take");
            }
        }

        return new Timeline(machine, history, gate, snapshotBudget);
    }

    /// <summary>A version whose devices keep other state than this one's made it: better found now than on a journey.</summary>
    private void CheckState(Timeline timeline, Snapshot snapshot)
    {
        try
        {
            timeline.Check(snapshot);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            var offset = _history.Snapshots[0].Block.Offset;
            throw new RecordingException(
                _reader.Name, offset, $"a snapshot that fits the board; it was made by version {Header.ToolVersion} ({e.Message})", e);
        }
    }

    /// <summary>Records in the order of the file, each good until the next block's.</summary>
    private IEnumerable<(SnapshotRecord Record, BlockInfo Block, History Branch, int Events)> ReadSnapshotRecords()
    {
        var payload = Array.Empty<byte>();
        foreach (var (block, branch, events) in _history.Snapshots)
        {
            if (payload.Length < block.UncompressedLength)
            {
                payload = GC.AllocateUninitializedArray<byte>(block.UncompressedLength);
            }

            var part = payload.AsMemory(0, block.UncompressedLength);
            _reader.Read(block, part.Span);
            foreach (var record in RecordPayload.Decode<SnapshotRecord>(part, _reader.Name, block.Offset))
            {
                yield return (record, block, branch, events);
            }
        }
    }

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
