using MessagePack;

namespace Reprise.TimeTravel.Recording;

/// <summary>What a replay starts from: the firmware itself, the board with its options, and who recorded it.</summary>
public sealed record RecordingHeader(
    string FirmwareName,
    ReadOnlyMemory<byte> Firmware,
    string Board,
    IReadOnlyDictionary<string, string> Options,
    string ToolVersion,
    string UnicornVersion,
    ulong NanosecondsPerInstruction) : IRecord<RecordingHeader>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(7);
        writer.Write(FirmwareName);
        writer.Write(Firmware.Span);
        writer.Write(Board);
        writer.WriteMapHeader(Options.Count);
        foreach (var option in Options.OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            writer.Write(option.Key);
            writer.Write(option.Value);
        }

        writer.Write(ToolVersion);
        writer.Write(UnicornVersion);
        writer.Write(NanosecondsPerInstruction);
    }

    public static RecordingHeader Read(ref MessagePackReader reader)
    {
        RecordPayload.ReadFieldCount(ref reader, 7);
        var name = RecordPayload.ReadText(ref reader);
        var firmware = RecordPayload.ReadBytes(ref reader);
        var board = RecordPayload.ReadText(ref reader);
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var count = reader.ReadMapHeader();
        for (var i = 0; i < count; i++)
        {
            var key = RecordPayload.ReadText(ref reader);
            if (!options.TryAdd(key, RecordPayload.ReadText(ref reader)))
            {
                throw new MessagePackSerializationException($"option '{key}' stands twice");
            }
        }

        return new RecordingHeader(
            name,
            firmware,
            board,
            options,
            RecordPayload.ReadText(ref reader),
            RecordPayload.ReadText(ref reader),
            reader.ReadUInt64());
    }
}
