using System.Buffers.Binary;
using System.IO.Hashing;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Network;

/// <summary>
/// The receive side of a LAN9118 (data sheet, section 3.13): the words of the frames that wait, each with its check sequence,
/// and a status word for each.
/// </summary>
internal sealed class Lan9118Receiver
{
    /// <summary>Words of both FIFOs, with 5 KiB given to transmission (HW_CFG.TX_FIF_SZ at reset).</summary>
    private const int DataWords = 2640;
    private const int StatusWords = 176;
    private const int LongestWords = (FrameAssembler.LongestFrame / 4) + 3;

    private const uint FilterFailed = 0x4000_0000;
    private const uint Broadcast = 0x2000;
    private const uint Multicast = 0x0400;

    private readonly WordQueue _data = new("a LAN9118's receive data", DataWords);
    private readonly WordQueue _sizes = new("a LAN9118's receive sizes", StatusWords);
    private uint _offsetLeft;
    private uint _wordsLeft;
    private uint _paddingLeft;

    public WordQueue Status { get; } = new("a LAN9118's receive status", StatusWords);

    /// <summary>Room for any frame.</summary>
    public bool HasRoom => _data.Free >= LongestWords && Status.Free > 0 && _sizes.Free > 0;

    /// <summary>Bytes in the data FIFO.</summary>
    public uint Used => 4 * (uint)_data.Count;

    public void Clear()
    {
        _data.Clear();
        _sizes.Clear();
        Status.Clear();
        (_offsetLeft, _wordsLeft, _paddingLeft) = (0, 0, 0);
    }

    /// <summary>Takes a frame.</summary>
    /// <param name="frame">All of it but its check sequence.</param>
    /// <param name="configuration">RX_CFG: where its first byte goes.</param>
    /// <param name="passedFilter">Whether it is for this station.</param>
    /// <returns>Whether there was room for it.</returns>
    public bool TryAdd(ReadOnlySpan<byte> frame, uint configuration, bool passedFilter)
    {
        if (!HasRoom)
        {
            return false;
        }

        var shift = (int)((configuration >> 8) & 3);
        var words = (frame.Length + shift + 3) / 4;
        Span<byte> bytes = stackalloc byte[4 * (words + 1)];
        bytes.Clear();
        frame.CopyTo(bytes[shift..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(shift + frame.Length)..], Crc32.HashToUInt32(frame));
        for (var i = 0; i < bytes.Length; i += 4)
        {
            _data.Add(BinaryPrimitives.ReadUInt32LittleEndian(bytes[i..]));
        }

        _sizes.Add((uint)words + 1);
        var kind = frame[..6].IndexOfAnyExcept((byte)0xFF) < 0 ? Broadcast : (frame[0] & 1) != 0 ? Multicast : 0;
        Status.Add(((uint)(frame.Length + 4) << 16) | kind | (passedFilter ? 0 : FilterFailed));
        return true;
    }

    /// <summary>Takes a word out of the data FIFO.</summary>
    /// <param name="configuration">RX_CFG: the padding before and behind a frame.</param>
    /// <param name="word">Zero for padding.</param>
    /// <returns>False when there is none.</returns>
    public bool TryTake(uint configuration, out uint word)
    {
        word = 0;
        if (_offsetLeft + _wordsLeft + _paddingLeft == 0 && !TryBegin(configuration))
        {
            return false;
        }

        if (_offsetLeft > 0)
        {
            _offsetLeft--;
        }
        else if (_wordsLeft > 0)
        {
            _wordsLeft--;
            _data.TryTake(out word);
        }
        else
        {
            _paddingLeft--;
        }

        return true;
    }

    /// <summary>What <see cref="TryTake"/> would give; zero for none.</summary>
    public uint Peek(uint configuration) =>
        _offsetLeft == 0 && (_wordsLeft > 0 || (_paddingLeft == 0 && OffsetOf(configuration) == 0)) ? _data.First : 0;

    /// <summary>Passes over what is left of the frame, or over the next one.</summary>
    public void FastForward(uint configuration)
    {
        if (_offsetLeft + _wordsLeft + _paddingLeft == 0)
        {
            TryBegin(configuration);
        }

        for (; _wordsLeft > 0; _wordsLeft--)
        {
            _data.TryTake(out _);
        }

        (_offsetLeft, _paddingLeft) = (0, 0);
    }

    public void Save(StateWriter writer)
    {
        _data.Save(writer);
        _sizes.Save(writer);
        Status.Save(writer);
        writer.Write(_offsetLeft);
        writer.Write(_wordsLeft);
        writer.Write(_paddingLeft);
    }

    /// <exception cref="InvalidDataException">It is no state of a receiver.</exception>
    public void Restore(ref StateReader reader)
    {
        _data.Restore(ref reader);
        _sizes.Restore(ref reader);
        Status.Restore(ref reader);
        _offsetLeft = reader.ReadUInt32();
        _wordsLeft = reader.ReadUInt32();
        _paddingLeft = reader.ReadUInt32();
        if (_offsetLeft > 7 || _wordsLeft > _data.Count || _paddingLeft > 7)
        {
            throw new InvalidDataException(
                $"state of a LAN9118's receiver: {_offsetLeft}, {_wordsLeft} and {_paddingLeft} words of a frame left");
        }
    }

    private static uint OffsetOf(uint configuration) => (configuration >> 10) & 7;

    private bool TryBegin(uint configuration)
    {
        if (!_sizes.TryTake(out _wordsLeft))
        {
            return false;
        }

        _offsetLeft = OffsetOf(configuration);
        var words = _offsetLeft + _wordsLeft;
        _paddingLeft = (configuration >> 30) switch
        {
            1 => (uint)-(int)words & 3,
            2 => (uint)-(int)words & 7,
            _ => 0,
        };
        return true;
    }
}
