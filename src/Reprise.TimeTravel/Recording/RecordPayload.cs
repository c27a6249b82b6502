using System.Buffers;
using MessagePack;

namespace Reprise.TimeTravel.Recording;

/// <summary>A block's payload: one MessagePack array of records of one type.</summary>
public static class RecordPayload
{
    public static byte[] Encode<T>(params IReadOnlyList<T> records)
        where T : IRecord<T>
    {
        var buffer = new ArrayBufferWriter<byte>();
        Encode(buffer, records);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The same into a buffer, behind what it holds.</summary>
    public static void Encode<T>(IBufferWriter<byte> buffer, params IReadOnlyList<T> records)
        where T : IRecord<T>
    {
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(records.Count);
        foreach (var record in records)
        {
            record.Write(ref writer);
        }

        writer.Flush();
    }

    /// <summary>Reads untrusted bytes; <paramref name="file"/> and <paramref name="offset"/> go into errors.</summary>
    /// <exception cref="RecordingException">The payload does not hold such records, or bytes follow them.</exception>
    public static IReadOnlyList<T> Decode<T>(ReadOnlyMemory<byte> payload, string file, long offset)
        where T : IRecord<T>
    {
        try
        {
            var reader = new MessagePackReader(payload);
            var count = reader.ReadArrayHeader();
            var records = new List<T>();
            for (var i = 0; i < count; i++)
            {
                records.Add(T.Read(ref reader));
            }

            return reader.End ? records : throw new MessagePackSerializationException("bytes follow the last record");
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException or OverflowException
            or ArgumentOutOfRangeException)
        {
            // The last is how MessagePack 2.5 answers a bin32 or str32 length of 2^31 and more.
            throw new RecordingException(file, offset, $"a block of {typeof(T).Name} ({e.Message})", e);
        }
    }

    internal static void ReadFieldCount(ref MessagePackReader reader, int expected)
    {
        var count = reader.ReadArrayHeader();
        if (count != expected)
        {
            throw new MessagePackSerializationException($"{expected} fields expected, {count} found");
        }
    }

    internal static byte[] ReadBytes(ref MessagePackReader reader) =>
        reader.ReadBytes() is { } bytes ? bytes.ToArray() : throw new MessagePackSerializationException("no bytes");

    /// <summary>Bytes where they are, in the payload.</summary>
    internal static ReadOnlyMemory<byte> ViewBytes(ref MessagePackReader reader) =>
        reader.ReadBytes() is { IsSingleSegment: true } bytes
            ? bytes.First
            : throw new MessagePackSerializationException("no bytes");

    internal static string ReadText(ref MessagePackReader reader) =>
        reader.ReadString() ?? throw new MessagePackSerializationException("a string expected");
}
