using System.Buffers;
using System.Buffers.Binary;

namespace Reprise.Emulation.Firmware.Hex;

/// <summary>
/// Intel HEX (Intel, "Hexadecimal Object File Format Specification", revision A, 1988): lines of a colon, a length, a
/// 16-bit offset, a type, data and a checksum. Neighbouring records become one segment; the end-of-file record must be
/// there, for it is the only sign that a file is whole.
/// </summary>
internal sealed class IntelHexReader(ReadOnlyMemory<byte> bytes, string file)
{
    private const int LongestRecord = 4 + byte.MaxValue + 1;
    private const uint OffsetEnd = 0x10000;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private readonly SegmentList _segments = new(file);

    // What the records hold, one behind the other; a run is a part without a gap in its addresses.
    private readonly ArrayBufferWriter<byte> _data = new();
    private readonly List<(ulong Address, int Start, int Length, long Offset, int Line)> _runs = [];
    private ulong _base;
    private ulong? _entryPoint;
    private bool _isSegmented;
    private bool _ended;
    private long _lineOffset;
    private int _line;

    /// <summary>A colon and the digits of length, offset and type, which no other firmware begins with.</summary>
    public static bool Accepts(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 9 && bytes[0] == ':' && bytes[1..9].IndexOfAnyExcept(HexDigits) < 0;

    public FirmwareImage Read()
    {
        Span<byte> record = stackalloc byte[LongestRecord];
        var rest = bytes.Span;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = (end < 0 ? rest : rest[..end]).TrimEnd(" \t\r"u8);
            _line++;
            if (!line.IsEmpty)
            {
                Take(record[..Decode(line, record)]);
            }

            var length = end < 0 ? rest.Length : end + 1;
            _lineOffset += length;
            rest = rest[length..];
        }

        if (!_ended)
        {
            throw Error("an end-of-file record");
        }

        foreach (var run in _runs)
        {
            var data = _data.WrittenMemory.Slice(run.Start, run.Length);
            _segments.Add(run.Address, data, (ulong)run.Length, uint.MaxValue, run.Offset, run.Line);
        }

        return new FirmwareImage(
            FirmwareFormat.IntelHex, FirmwareMachine.Unknown, _segments.Finish(), _entryPoint, []);
    }

    /// <summary>Digits into bytes, with length and checksum checked. Returns the record's length.</summary>
    private int Decode(ReadOnlySpan<byte> line, Span<byte> record)
    {
        if (line[0] != ':')
        {
            throw Error("a colon");
        }

        var status = Convert.FromHexString(line[1..], record, out _, out var length);
        if (status != OperationStatus.Done)
        {
            throw Error($"pairs of hexadecimal digits, {LongestRecord} at most");
        }

        if (length < 5 || length != record[0] + 5)
        {
            throw Error(length < 5 ? "five bytes at least" : $"{record[0] + 5} bytes, as the length says");
        }

        byte sum = 0;
        foreach (var b in record[..(length - 1)])
        {
            sum += b;
        }

        if (record[length - 1] != (byte)-sum)
        {
            throw Error($"the checksum {(byte)-sum:X2}");
        }

        return length;
    }

    private void Take(ReadOnlySpan<byte> record)
    {
        if (_ended)
        {
            throw Error("nothing behind the end-of-file record");
        }

        var data = record[4..^1];
        switch (record[3])
        {
            case 0:
                AddData(BinaryPrimitives.ReadUInt16BigEndian(record[1..]), data);
                break;
            case 1:
                RequireLength(data, 0);
                _ended = true;
                break;
            case 2:
                RequireLength(data, 2);
                _base = (ulong)BinaryPrimitives.ReadUInt16BigEndian(data) << 4;
                _isSegmented = true;
                break;
            case 3:
                RequireLength(data, 4);
                _entryPoint = ((ulong)BinaryPrimitives.ReadUInt16BigEndian(data) << 4)
                    + BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
                break;
            case 4:
                RequireLength(data, 2);
                _base = (ulong)BinaryPrimitives.ReadUInt16BigEndian(data) << 16;
                _isSegmented = false;
                break;
            case 5:
                RequireLength(data, 4);
                _entryPoint = BinaryPrimitives.ReadUInt32BigEndian(data);
                break;
            default:
                throw Error("a record of type 00 to 05");
        }
    }

    private void AddData(ushort offset, ReadOnlySpan<byte> data)
    {
        // In segmented mode the rest would go to the segment's beginning: nothing that a linker writes.
        if (_isSegmented && offset + (uint)data.Length > OffsetEnd)
        {
            throw Error("a record that does not cross its segment's end");
        }

        if (data.IsEmpty)
        {
            return;
        }

        var address = _base + offset;
        var start = _data.WrittenCount;
        _data.Write(data);
        if (_runs.Count > 0 && _runs[^1] is var last && last.Address + (ulong)last.Length == address)
        {
            _runs[^1] = last with { Length = last.Length + data.Length };
        }
        else
        {
            _runs.Add((address, start, data.Length, _lineOffset, _line));
        }
    }

    private void RequireLength(ReadOnlySpan<byte> data, int length)
    {
        if (data.Length != length)
        {
            throw Error($"{length} bytes of data in a record of this type");
        }
    }

    private FirmwareException Error(string expected) => new(file, _lineOffset, _line, expected);
}
