using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Network;

/// <summary>
/// The transmit side of a LAN9118 (data sheet, section 3.12): two command words before each buffer, buffers make a frame,
/// which is gone as soon as its last word is there. As on QEMU nothing holds it back.
/// </summary>
/// <param name="send">Takes a frame.</param>
internal sealed class Lan9118Transmitter(Action<ReadOnlySpan<byte>> send)
{
    /// <summary>Bytes of the data FIFO, with 5 KiB given to transmission (HW_CFG.TX_FIF_SZ at reset).</summary>
    private const uint DataBytes = 4608;
    private const int StatusWords = 512;
    private const uint FirstSegment = 0x2000;
    private const uint LastSegment = 0x1000;
    private const uint InterruptOnCompletion = 0x8000_0000;
    private const uint NoPadding = 0x1000;
    private const uint CommandABits = 0x831F_37FF;

    private readonly byte[] _frame = new byte[2048];
    private Stage _stage;
    private uint _commandA;
    private uint _commandB;
    private uint _wordsLeft;
    private uint _bytesLeft;
    private uint _offset;
    private uint _used;
    private int _length;

    private enum Stage : byte
    {
        CommandA,
        CommandB,
        Data,
    }

    public WordQueue Status { get; } = new("a LAN9118's transmit status", StatusWords);

    /// <summary>Bytes free in the data FIFO.</summary>
    public uint Free => DataBytes - (4 * _used);

    public void Reset()
    {
        Discard();
        Status.Clear();
    }

    /// <summary>Forgets a frame that is not whole.</summary>
    public void Discard()
    {
        _stage = Stage.CommandA;
        (_commandA, _commandB, _wordsLeft, _bytesLeft, _offset, _used, _length) = (0, 0, 0, 0, 0, 0, 0);
    }

    /// <summary>Takes a word of the data FIFO.</summary>
    /// <returns>What came of it.</returns>
    public Lan9118Sent Write(uint word)
    {
        if (Free == 0)
        {
            return Lan9118Sent.Overrun;
        }

        _used++;
        switch (_stage)
        {
            case Stage.CommandA:
                _commandA = word & CommandABits;
                _stage = Stage.CommandB;
                return Lan9118Sent.Nothing;
            case Stage.CommandB:
                Begin(word);
                return _wordsLeft == 0 ? EndBuffer() : Lan9118Sent.Nothing;
            default:
                Fill(word);
                return --_wordsLeft == 0 ? EndBuffer() : Lan9118Sent.Nothing;
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Write((byte)_stage);
        foreach (var value in (ReadOnlySpan<uint>)[_commandA, _commandB, _wordsLeft, _bytesLeft, _offset, _used])
        {
            writer.Write(value);
        }

        writer.Write(_frame.AsSpan(0, _length));
        Status.Save(writer);
    }

    /// <exception cref="InvalidDataException">It is no state of a transmitter.</exception>
    public void Restore(ref StateReader reader)
    {
        _stage = (Stage)reader.ReadByte();
        _commandA = reader.ReadUInt32();
        _commandB = reader.ReadUInt32();
        _wordsLeft = reader.ReadUInt32();
        _bytesLeft = reader.ReadUInt32();
        _offset = reader.ReadUInt32();
        _used = reader.ReadUInt32();
        var frame = reader.ReadBytes();
        if (_stage > Stage.Data || _used > DataBytes / 4 || frame.Length > _frame.Length)
        {
            throw new InvalidDataException(
                $"state of a LAN9118's transmitter: stage {_stage}, {_used} words, {frame.Length} bytes of a frame");
        }

        frame.CopyTo(_frame);
        _length = frame.Length;
        Status.Restore(ref reader);
    }

    private void Begin(uint word)
    {
        if ((_commandA & FirstSegment) != 0)
        {
            _commandB = word;
            _length = 0;
        }

        _bytesLeft = _commandA & 0x7FF;
        _offset = (_commandA >> 16) & 0x1F;
        var words = (_bytesLeft + _offset + 3) / 4;
        _wordsLeft = ((_commandA >> 24) & 3) switch
        {
            1 => (words + 3) & ~3u,
            2 => (words + 7) & ~7u,
            _ => words,
        };
        _stage = Stage.Data;
    }

    // Bytes before the start offset and behind the end are padding.
    private void Fill(uint word)
    {
        for (var i = 0; i < 4; i++, word >>= 8)
        {
            if (_offset > 0)
            {
                _offset--;
            }
            else if (_bytesLeft > 0)
            {
                _bytesLeft--;
                if (_length < _frame.Length)
                {
                    _frame[_length++] = (byte)word;
                }
            }
        }
    }

    private Lan9118Sent EndBuffer()
    {
        var result = (_commandA & InterruptOnCompletion) != 0 ? Lan9118Sent.Completed : Lan9118Sent.Nothing;
        if ((_commandA & LastSegment) != 0)
        {
            if (_length < FrameAssembler.ShortestFrame && (_commandB & NoPadding) == 0)
            {
                _frame.AsSpan(_length..FrameAssembler.ShortestFrame).Clear();
                _length = FrameAssembler.ShortestFrame;
            }

            send(_frame.AsSpan(0, _length));
            Status.Add(_commandB & 0xFFFF_0000);
            (_used, _length) = (0, 0);
            result |= Lan9118Sent.Frame;
        }

        _stage = Stage.CommandA;
        return result;
    }
}
