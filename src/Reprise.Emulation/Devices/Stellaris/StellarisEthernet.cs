using System.Buffers.Binary;
using System.IO.Hashing;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices.Network;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stellaris;

/// <summary>
/// The Ethernet controller of the Stellaris (LM3S6965 data sheet, chapter 15), with a cable whose other end is its port: what it
/// sends goes to its output at once, what comes in at its input is received while the receiver is on and has room, each frame
/// behind its length (<see cref="FrameAssembler"/>). As on QEMU the PHY's registers read as zero, and 31 frames of any length
/// have room.
/// </summary>
public sealed class StellarisEthernet : RegisterDevice, IInputPort
{
    private const uint InterruptStatus = 0x00;
    private const uint InterruptMask = 0x04;
    private const uint ReceiveControl = 0x08;
    private const uint TransmitControl = 0x0C;
    private const uint Data = 0x10;
    private const uint Address0 = 0x14;
    private const uint Address1 = 0x18;
    private const uint Threshold = 0x1C;
    private const uint ManagementControl = 0x20;
    private const uint ManagementDivider = 0x24;
    private const uint ManagementTransmit = 0x2C;
    private const uint FramesWaiting = 0x34;
    private const uint TransmitRequest = 0x38;

    private const uint FrameReceived = 1;
    private const uint TransmitError = 2;
    private const uint TransmitIsEmpty = 4;
    private const uint ReceiverEnable = 1;
    private const uint AllMulticast = 2;
    private const uint Promiscuous = 4;
    private const uint ClearFifo = 0x10;
    private const uint PadFrames = 2;
    private const uint OwnCrc = 4;
    private const uint NoThreshold = 0x3F;
    private const uint FifoSize = 2048;
    private const uint LongestFrame = 2032;
    private const int LengthBytes = 2;
    private const int HeaderBytes = 14;
    private const int CrcBytes = 4;
    private const int MostFrames = 31;
    private const int WordsOfLongest = (LengthBytes + FrameAssembler.LongestFrame + CrcBytes + 3) / 4;

    private readonly InterruptLine _interrupt;
    private readonly IOutputSink _output;
    private readonly ulong _address;
    private readonly uint[] _values;
    private readonly FrameAssembler _incoming = new();
    private readonly WordQueue _received = new("a Stellaris Ethernet's receive FIFO", MostFrames * WordsOfLongest);
    private readonly byte[] _frame = new byte[FifoSize];
    private uint _frames;
    private uint _wordsLeft;
    private uint _raw;
    private uint _fill;
    private uint _length;

    /// <param name="name">Name on the board.</param>
    /// <param name="interrupt">Its interrupt.</param>
    /// <param name="output">Where sent frames go.</param>
    /// <param name="address">MAC address at reset, the first byte lowest.</param>
    public StellarisEthernet(string name, InterruptLine interrupt, IOutputSink output, ulong address)
        : base(name)
    {
        (_interrupt, _output, _address) = (interrupt, output, address);
        _values = InitialValues();
    }

    public bool CanReceive => (this[ReceiveControl] & ReceiverEnable) != 0 && _frames < MostFrames;

    private bool InterruptLevel => (_raw & this[InterruptMask]) != 0;

    private ref uint this[uint offset] => ref _values[offset / 4];

    public void Receive(byte value)
    {
        if (_incoming.Add(value) && CanReceive && Accepts(_incoming.Frame))
        {
            Add(_incoming.Frame);
            _raw |= FrameReceived;
            _interrupt.Level = InterruptLevel;
        }
    }

    public override void Reset()
    {
        InitialValues().CopyTo(_values, 0);
        (_raw, _fill, _length) = (0, 0, 0);
        ClearReceived();
        _interrupt.Level = InterruptLevel;
    }

    public override void Save(StateWriter writer)
    {
        foreach (var value in (ReadOnlySpan<uint>)[.. _values, _raw, _fill, _length])
        {
            writer.Write(value);
        }

        writer.Write(_frame.AsSpan(0, (int)_fill));
        _incoming.Save(writer);
        _received.Save(writer);
        writer.Write(_frames);
        writer.Write(_wordsLeft);
    }

    public override void Restore(ref StateReader reader)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            _values[i] = reader.ReadUInt32();
        }

        _raw = reader.ReadUInt32();
        _fill = reader.ReadUInt32();
        _length = reader.ReadUInt32();
        var frame = reader.ReadBytes();
        _incoming.Restore(ref reader);
        _received.Restore(ref reader);
        _frames = reader.ReadUInt32();
        _wordsLeft = reader.ReadUInt32();
        if (frame.Length != _fill || _fill > FifoSize || _frames > MostFrames || _wordsLeft > _received.Count)
        {
            throw new InvalidDataException(
                $"state of {Name}: {frame.Length} bytes to send of {_fill}, {_frames} frames, {_wordsLeft} words left of one");
        }

        frame.CopyTo(_frame);
        _interrupt.Restore(InterruptLevel);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        InterruptStatus => _raw,
        Data => _received.First,
        FramesWaiting => _frames,
        <= TransmitRequest => this[offset],
        _ => 0,
    };

    protected override uint ReadRegister(uint offset)
    {
        var value = PeekRegister(offset);
        if (offset != Data || !_received.TryTake(out _))
        {
            return value;
        }

        // The first word of a frame tells how many there are.
        _wordsLeft = _wordsLeft == 0 ? ((value & 0xFFFF) + 3) / 4 : _wordsLeft;
        if (--_wordsLeft == 0 && _frames > 0)
        {
            _frames--;
        }

        return value;
    }

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case InterruptStatus:
                _raw &= ~value;
                _fill = (value & TransmitError) != 0 ? 0 : _fill;
                break;
            case Data:
                Fill(value);
                break;
            case Address1:
                this[offset] = value & 0xFFFF;
                break;
            case ManagementControl:
                // START falls at once: the transfer is done.
                this[offset] = value & ~1u;
                break;
            case ManagementTransmit:
                this[offset] = value & 0xFF;
                break;
            case TransmitRequest when (value & 1) != 0:
                Send();
                break;
            case ReceiveControl:
                this[offset] = value;
                if ((value & ClearFifo) != 0)
                {
                    ClearReceived();
                }

                break;
            case InterruptMask or TransmitControl or Address0 or Threshold or ManagementDivider:
                this[offset] = value;
                break;
        }

        _interrupt.Level = InterruptLevel;
    }

    private uint[] InitialValues()
    {
        var values = new uint[(TransmitRequest / 4) + 1];
        values[InterruptMask / 4] = 0x7F;
        values[ReceiveControl / 4] = 8;
        values[Address0 / 4] = (uint)_address;
        values[Address1 / 4] = (uint)(_address >> 32);
        values[Threshold / 4] = NoThreshold;
        values[ManagementDivider / 4] = 0x80;
        return values;
    }

    // The first word begins with the length of what follows the 14 bytes of the header.
    private void Fill(uint word)
    {
        if (_fill == 0)
        {
            _length = word & 0xFFFF;
            if (_length > LongestFrame)
            {
                _raw |= TransmitError;
                return;
            }
        }

        if (_fill + 4 <= FifoSize)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_frame.AsSpan((int)_fill), word);
            _fill += 4;
        }

        var whole = _length + 16 + ((this[TransmitControl] & OwnCrc) != 0 ? 0u : 4u);
        if (this[Threshold] < NoThreshold
            && _fill >= 4 * ((this[Threshold] * 8) + 1)
            && _fill >= Math.Min(whole, FifoSize))
        {
            Send();
        }
    }

    private void Send()
    {
        if (_fill > 0)
        {
            _frame.AsSpan((int)_fill).Clear();
            var length = (int)_length + HeaderBytes;
            if ((this[TransmitControl] & PadFrames) != 0 && length < FrameAssembler.ShortestFrame)
            {
                _frame.AsSpan((LengthBytes + length)..(LengthBytes + FrameAssembler.ShortestFrame)).Clear();
                length = FrameAssembler.ShortestFrame;
            }

            FrameAssembler.Send(
                _frame.AsSpan(LengthBytes, Math.Min(length, _frame.Length - LengthBytes)), _output, Name);
        }

        _fill = 0;
        _raw |= TransmitIsEmpty;
    }

    private bool Accepts(ReadOnlySpan<byte> frame)
    {
        if ((this[ReceiveControl] & Promiscuous) != 0 || frame.Length < HeaderBytes)
        {
            return frame.Length >= HeaderBytes;
        }

        var address = this[Address0] | ((ulong)this[Address1] << 32);
        var target = BinaryPrimitives.ReadUInt64LittleEndian(frame) & 0xFFFF_FFFF_FFFF;
        return target == address || target == 0xFFFF_FFFF_FFFF
            || ((frame[0] & 1) != 0 && (this[ReceiveControl] & AllMulticast) != 0);
    }

    // Its length, with those two bytes and the check sequence, stands before it.
    private void Add(ReadOnlySpan<byte> frame)
    {
        var length = LengthBytes + frame.Length + CrcBytes;
        Span<byte> bytes = stackalloc byte[(length + 3) & ~3];
        bytes.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)length);
        frame.CopyTo(bytes[LengthBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(LengthBytes + frame.Length)..], Crc32.HashToUInt32(frame));
        for (var i = 0; i < bytes.Length; i += 4)
        {
            _received.Add(BinaryPrimitives.ReadUInt32LittleEndian(bytes[i..]));
        }

        _frames++;
    }

    private void ClearReceived()
    {
        _received.Clear();
        (_frames, _wordsLeft) = (0, 0);
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class StellarisEthernetFactory : IDeviceFactory
{
    public string Type => "stellaris-ethernet";

    /// <summary>A frame that is under way along the cable comes whole.</summary>
    public bool KeepsStateOnReset => true;

    public string Example =>
        "ethernet: { type: stellaris-ethernet, address: 0x4000_0000, irq: 0, mac: 52-54-00-12-34-56 }";

    public IDevice Create(DeviceSite site) => new StellarisEthernet(site.Name, site.Line(), site.Output, MacAddress.Read(site));
}
