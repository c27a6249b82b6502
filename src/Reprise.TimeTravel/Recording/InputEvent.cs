using MessagePack;

namespace Reprise.TimeTravel.Recording;

/// <summary>One thing from outside, applied at <paramref name="Position"/> before the instruction there runs.</summary>
public sealed record InputEvent(ulong Position, byte Kind, string Port, ReadOnlyMemory<byte> Data) : IRecord<InputEvent>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.Write(Position);
        writer.Write(Kind);
        writer.Write(Port);
        writer.Write(Data.Span);
    }

    public static InputEvent Read(ref MessagePackReader reader)
    {
        RecordPayload.ReadFieldCount(ref reader, 4);
        return new InputEvent(
            reader.ReadUInt64(),
            reader.ReadByte(),
            RecordPayload.ReadText(ref reader),
            RecordPayload.ReadBytes(ref reader));
    }
}
