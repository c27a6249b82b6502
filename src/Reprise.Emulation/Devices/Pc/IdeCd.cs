using System.Buffers.Binary;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Disks;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// A CD drive (ATA/ATAPI-6, packet commands of MMC-2) with the image that the user gave for its name; without one it is not
/// there, unless it may be empty. The disc has one track of data in blocks of 2,048 bytes.
/// </summary>
public sealed class IdeCd : IdeDrive
{
    private const int BlockSize = 2048;
    private const int PacketSize = 12;

    // Interrupt reason, in register 2.
    private const byte IsCommand = 1;
    private const byte ToHost = 2;

    private const byte NotReady = 2; // sense keys
    private const byte IllegalRequest = 5;
    private const byte NoSuchBlock = 0x21; // additional sense codes
    private const byte NoMedium = 0x3A;

    private enum Transfer : byte
    {
        None,
        Packet,
        Reply,
        DmaReply,
        Identity,
    }

    private readonly IDiskImage? _image;
    private readonly string _serial;
    private Transfer _transfer;
    private bool _wantsDma;
    private uint _block;
    private uint _blocksLeft; // behind the one in the buffer
    private uint _held; // bytes in the buffer, from its start, that have not been moved
    private uint _left; // bytes of the whole reply
    private uint _chunkLeft; // bytes up to the next interrupt
    private byte _sense;
    private byte _code;

    internal IdeCd(string name, IDiskImage? image, string serial, bool mayBeEmpty = false)
        : base(name, BlockSize)
    {
        _image = image;
        IsPresent = image is not null || mayBeEmpty;
        _serial = serial;
        SetSignature();
        Status = Ready;
    }

    public override bool IsPresent { get; }

    internal override bool WantsDma => _transfer == Transfer.DmaReply;

    internal override bool IsDmaRead => WantsDma;

    internal override int DmaUnit => OfferedLength;

    internal override uint UnitsLeft => _left > 0 ? _blocksLeft + 1 : 0;

    private uint Blocks => (uint)Math.Min((_image?.Length ?? 0) / BlockSize, uint.MaxValue);

    private protected override bool IsSending => _transfer is Transfer.Reply or Transfer.Identity;

    private protected override bool IsReceiving => _transfer == Transfer.Packet;

    /// <summary>A drive of packets is not ready by itself.</summary>
    internal override void SetSignature()
    {
        (Status, Error, _transfer) = (0, 1, Transfer.None);
        (Task[2], Task[3], Task[4], Task[5], Task[6]) = (1, 1, 0x14, 0xEB, 0xA0);
        Before.Clear();
    }

    internal override void Execute(byte command)
    {
        (Status, Error, _transfer) = (Ready, 0, Transfer.None);
        switch (command)
        {
            case 0xA0:
                _wantsDma = (Task[1] & 1) != 0;
                Task[2] = IsCommand;
                _transfer = Transfer.Packet;
                Offer(PacketSize);
                return;
            case 0xA1:
                IdeIdentity.OfCd(_serial).CopyTo(Buffer, 0);
                _transfer = Transfer.Identity;
                Offer(512);
                break;
            case 0x08:
                SetSignature();
                Error = 0;
                return;
            case 0x90:
                SetSignature();
                break;
            case 0xEC or 0x20:
                SetSignature();
                (Status, Error) = (Refused, Aborted);
                break;
            case 0xEF or (>= 0xE0 and <= 0xE3):
                break; // features, power
            case 0xE5:
                Task[2] = 0xFF; // active
                break;
            default:
                (Status, Error) = (Refused, Aborted);
                break;
        }

        RaiseInterrupt();
    }

    internal override void MoveUnit(Span<byte> bytes)
    {
        Buffer.AsSpan(0, bytes.Length).CopyTo(bytes);
        _left -= (uint)Math.Min(_left, bytes.Length);
        Drop((uint)bytes.Length);
    }

    internal override void EndDma() => End();

    public override void Reset()
    {
        base.Reset();
        (_wantsDma, _block, _blocksLeft, _held, _left, _chunkLeft, _sense, _code) = (false, 0, 0, 0, 0, 0, 0, 0);
    }

    public override void Save(StateWriter writer)
    {
        base.Save(writer);
        writer.Write([(byte)_transfer, _sense, _code]);
        writer.Write(_wantsDma);
        writer.Write(_block);
        writer.Write(_blocksLeft);
        writer.Write(_held);
        writer.Write(_left);
        writer.Write(_chunkLeft);
    }

    public override void Restore(ref StateReader reader)
    {
        base.Restore(ref reader);
        var bytes = reader.ReadBytes();
        if (bytes.Length != 3)
        {
            throw new InvalidDataException($"state of a CD drive: {bytes.Length} bytes, expected 3");
        }

        (_transfer, _sense, _code) = ((Transfer)bytes[0], bytes[1], bytes[2]);
        _wantsDma = reader.ReadBoolean();
        _block = reader.ReadUInt32();
        _blocksLeft = reader.ReadUInt32();
        _held = Math.Min(reader.ReadUInt32(), BlockSize);
        _left = reader.ReadUInt32();
        _chunkLeft = reader.ReadUInt32();
    }

    private protected override void OnAdvance(int count)
    {
        _left -= Math.Min(_left, (uint)count);
        _chunkLeft -= Math.Min(_chunkLeft, (uint)count);
    }

    private protected override void OnMoved()
    {
        switch (_transfer)
        {
            case Transfer.Packet:
                Obey(Buffer.AsSpan(0, PacketSize).ToArray());
                break;
            case Transfer.Reply when _left > 0:
                Drop((uint)OfferedLength);
                OfferReply();
                break;
            case Transfer.Reply:
                End();
                break;
            default:
                (Status, _transfer) = (Ready, Transfer.None);
                break;
        }
    }

    private void Obey(ReadOnlySpan<byte> packet)
    {
        if (_image is null && CdReplies.NeedsDisc(packet[0]))
        {
            Fail(NotReady, NoMedium);
            return;
        }

        switch (packet[0])
        {
            case 0x28:
                Read(packet, BinaryPrimitives.ReadUInt16BigEndian(packet[7..]));
                return;
            case 0xA8:
                Read(packet, BinaryPrimitives.ReadUInt32BigEndian(packet[6..]));
                return;
            case 0xBE when (packet[9] & 0xF8) is 0x00 or 0x10:
                Read(packet, (packet[9] & 0x10) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(packet[5..]) & 0xFF_FFFF : 0);
                return;
            case 0x2B when BinaryPrimitives.ReadUInt32BigEndian(packet[2..]) >= Blocks:
                Fail(IllegalRequest, NoSuchBlock);
                return;
            case 0x00 or 0x1B or 0x1E or 0x2B:
                End(); // test unit ready, start or stop, prevent removal, seek
                return;
            case 0x03:
                Buffer.AsSpan(0, 18).Clear();
                (Buffer[0], Buffer[2], Buffer[7], Buffer[12]) = (0xF0, _sense, 10, _code);
                (_sense, _code) = (0, 0);
                Reply(18, packet[4]);
                return;
        }

        var length = CdReplies.Of(packet, _image is null ? null : Blocks, Buffer, out var most, out var code);
        if (length == 0)
        {
            Fail(IllegalRequest, code);
        }
        else
        {
            Reply(length, most);
        }
    }

    private void Read(ReadOnlySpan<byte> packet, uint count)
    {
        var first = BinaryPrimitives.ReadUInt32BigEndian(packet[2..]);
        if (count == 0)
        {
            End();
            return;
        }

        if (first >= Blocks || Blocks - first < count)
        {
            Fail(IllegalRequest, NoSuchBlock);
            return;
        }

        (_block, _blocksLeft, _held) = (first, count, 0);
        Drop(0);
        Begin((ulong)count * BlockSize);
    }

    private void Reply(int length, int most)
    {
        _blocksLeft = 0;
        length = Math.Min(length, most);
        if (length == 0)
        {
            End();
            return;
        }

        _held = (uint)length;
        Begin((ulong)length);
    }

    private void Begin(ulong length)
    {
        _left = (uint)Math.Min(length, uint.MaxValue);
        _chunkLeft = 0;
        if (_wantsDma)
        {
            Offer((int)_held);
            _transfer = Transfer.DmaReply;
            return;
        }

        _transfer = Transfer.Reply;
        OfferReply();
    }

    // What is in the buffer, as part of as much as the host takes for one interrupt.
    private void OfferReply()
    {
        if (_chunkLeft > 0)
        {
            Offer((int)Math.Min(_chunkLeft, _held));
            return;
        }

        var limit = (uint)(Task[4] | Task[5] << 8);
        limit = limit is 0 or 0xFFFF ? 0xFFFE : limit;
        _chunkLeft = _left > limit ? Math.Max(limit & ~1u, 2) : _left;
        Offer((int)Math.Min(_chunkLeft, _held));
        (Task[4], Task[5]) = ((byte)_chunkLeft, (byte)(_chunkLeft >> 8));
        Task[2] = (byte)((Task[2] & ~7) | ToHost);
        RaiseInterrupt();
    }

    /// <summary>The first bytes of the buffer have been moved; when it is empty comes the next block.</summary>
    private void Drop(uint count)
    {
        _held -= Math.Min(count, _held);
        if (_held > 0)
        {
            Buffer.AsSpan((int)count, (int)_held).CopyTo(Buffer);
        }
        else if (_blocksLeft > 0)
        {
            _image!.Read((long)_block++ * BlockSize, Buffer);
            _blocksLeft--;
            _held = BlockSize;
        }
    }

    private void End()
    {
        (Status, Error, _transfer, _left) = (Ready, 0, Transfer.None, 0);
        Task[2] = (byte)((Task[2] & ~7) | ToHost | IsCommand);
        RaiseInterrupt();
    }

    private void Fail(byte sense, byte code)
    {
        End();
        (_sense, _code) = (sense, code);
        (Status, Error) = (Refused, (byte)(sense << 4));
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class IdeCdFactory : IDeviceFactory
{
    public string Type => "ide-cd";

    public bool IsOnBus => false;

    public string? EmptyKey => IDeviceFactory.UsualEmptyKey;

    public string Example => "cd: { type: ide-cd }";

    public IDevice Create(DeviceSite site) => new IdeCd(
        site.Name,
        site.Disk,
        site.Options.Text("serial", "QM00003"),
        site.Options.Flag(IDeviceFactory.UsualEmptyKey, fallback: false));
}
