using MessagePack;

namespace Reprise.TimeTravel.Recording;

/// <summary>The machine at a position: CPU, devices, and the pages that differ from the snapshot before it.</summary>
public sealed record SnapshotRecord(
    ulong Position,
    ReadOnlyMemory<byte> CpuState,
    ReadOnlyMemory<byte> DeviceState,
    IReadOnlyList<ChangedPage> ChangedPages) : IRecord<SnapshotRecord>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.Write(Position);
        writer.Write(CpuState.Span);
        writer.Write(DeviceState.Span);
        writer.WriteArrayHeader(checked(ChangedPages.Count * 2));
        foreach (var page in ChangedPages)
        {
            writer.Write(page.Number);
            writer.Write(page.Bytes.Span);
        }
    }

    public static SnapshotRecord Read(ref MessagePackReader reader)
    {
        RecordPayload.ReadFieldCount(ref reader, 4);
        var position = reader.ReadUInt64();
        var cpu = RecordPayload.ReadBytes(ref reader);
        var devices = RecordPayload.ReadBytes(ref reader);
        var count = reader.ReadArrayHeader();
        if (count % 2 != 0)
        {
            throw new MessagePackSerializationException("a changed page lacks its bytes");
        }

        var pages = new List<ChangedPage>();
        for (var i = 0; i < count / 2; i++)
        {
            pages.Add(new ChangedPage(reader.ReadUInt32(), RecordPayload.ReadBytes(ref reader)));
        }

        return new SnapshotRecord(position, cpu, devices, pages);
    }
}
