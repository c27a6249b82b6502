using MessagePack;

namespace Reprise.TimeTravel.Recording;

/// <summary>
/// The machine at a position: its state without RAM, and the pages that differ from the snapshot before it. One without a state
/// only has pages of the snapshot behind it, which had too many for one block. One that was read is a view of what it was read from.
/// </summary>
public sealed record SnapshotRecord(
    ulong Position,
    ReadOnlyMemory<byte> State,
    IReadOnlyList<ChangedPage> ChangedPages) : IRecord<SnapshotRecord>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        writer.Write(Position);
        writer.Write(State.Span);
        writer.WriteArrayHeader(checked(ChangedPages.Count * 2));
        foreach (var page in ChangedPages)
        {
            writer.Write(page.Number);
            writer.Write(page.Bytes.Span);
        }
    }

    public static SnapshotRecord Read(ref MessagePackReader reader)
    {
        RecordPayload.ReadFieldCount(ref reader, 3);
        var position = reader.ReadUInt64();
        var state = RecordPayload.ViewBytes(ref reader);
        var count = reader.ReadArrayHeader();
        if (count % 2 != 0)
        {
            throw new MessagePackSerializationException("a changed page lacks its bytes");
        }

        var pages = new List<ChangedPage>();
        for (var i = 0; i < count / 2; i++)
        {
            pages.Add(new ChangedPage(reader.ReadUInt32(), RecordPayload.ViewBytes(ref reader)));
        }

        return new SnapshotRecord(position, state, pages);
    }
}
