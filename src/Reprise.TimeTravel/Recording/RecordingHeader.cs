using MessagePack;
using Reprise.Emulation.Boards.Files;

namespace Reprise.TimeTravel.Recording;

/// <summary>What a replay starts from: the firmware itself, the board with its options, and who recorded it.</summary>
/// <param name="FirmwareName">Name of the firmware's file.</param>
/// <param name="Firmware">The file itself.</param>
/// <param name="Board">The board's name.</param>
/// <param name="Options">What the user chose of it.</param>
/// <param name="ToolVersion">Who recorded it.</param>
/// <param name="UnicornVersion">And with what.</param>
/// <param name="NanosecondsPerInstruction">Virtual time of an instruction.</param>
/// <param name="BoardFiles">The board's own file and those that it names; none: the built-in board of the name.</param>
public sealed record RecordingHeader(
    string FirmwareName,
    ReadOnlyMemory<byte> Firmware,
    string Board,
    IReadOnlyDictionary<string, string> Options,
    string ToolVersion,
    string UnicornVersion,
    ulong NanosecondsPerInstruction,
    IReadOnlyList<BoardSourceFile> BoardFiles) : IRecord<RecordingHeader>
{
    private const int Fields = 8;

    // Format versions 1 and 2 had no board files.
    private const int OldFields = 7;
    private const int MaxBoardFiles = 32;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(Fields);
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
        writer.WriteArrayHeader(BoardFiles.Count);
        foreach (var file in BoardFiles)
        {
            writer.WriteArrayHeader(2);
            writer.Write(file.Name);
            writer.Write(file.Text);
        }
    }

    public static RecordingHeader Read(ref MessagePackReader reader)
    {
        var fields = reader.ReadArrayHeader();
        if (fields is not (Fields or OldFields))
        {
            throw new MessagePackSerializationException($"{OldFields} or {Fields} fields expected, {fields} found");
        }

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
            reader.ReadUInt64(),
            fields == Fields ? ReadBoardFiles(ref reader) : []);
    }

    private static BoardSourceFile[] ReadBoardFiles(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        if (count > MaxBoardFiles)
        {
            throw new MessagePackSerializationException($"at most {MaxBoardFiles} board files expected, {count} found");
        }

        var files = new BoardSourceFile[count];
        for (var i = 0; i < count; i++)
        {
            RecordPayload.ReadFieldCount(ref reader, 2);
            files[i] = new BoardSourceFile(RecordPayload.ReadText(ref reader), RecordPayload.ReadText(ref reader));
        }

        return files;
    }
}
