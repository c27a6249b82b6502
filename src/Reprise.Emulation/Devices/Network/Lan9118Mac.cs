using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Network;

/// <summary>The MAC inside a LAN9118 (data sheet, section 5.4): its address, which frames it takes, and the way to the PHY.</summary>
internal sealed class Lan9118Mac(Lan9118Phy phy)
{
    private const uint Control = 1;
    private const uint AddressHigh = 2;
    private const uint AddressLow = 3;
    private const uint HashHigh = 4;
    private const uint HashLow = 5;
    private const uint MiiAccess = 6;
    private const uint MiiData = 7;
    private const uint FlowControl = 8;

    private const uint ControlReserved = 0x7F40_4213;
    private const uint Loopback = 0x0020_0000;
    private const uint PassAllMulticast = 0x0008_0000;
    private const uint Promiscuous = 0x0004_0000;
    private const uint InverseFiltering = 0x0002_0000;
    private const uint HashOnly = 0x8000;
    private const uint HashPerfect = 0x2000;
    private const uint NoBroadcast = 0x0800;
    private const uint ReceiverEnable = 4;
    private const uint MiiWrite = 2;

    private uint _control;
    private ulong _hash;
    private uint _miiAccess;
    private uint _miiData;
    private uint _flow;

    /// <summary>Its address, the first byte lowest.</summary>
    public ulong Address { get; set; }

    /// <summary>Frames are taken.</summary>
    public bool Receives => (_control & ReceiverEnable) != 0;

    /// <summary>What is sent comes back.</summary>
    public bool IsLoopback => (_control & Loopback) != 0;

    /// <summary>Frames that are not for this station are taken too.</summary>
    public bool TakesAll => (_control & 0x8000_0000) != 0;

    public void Reset() => (_control, _hash, _miiAccess, _miiData, _flow) = (Promiscuous, 0, 0, 0, 0);

    /// <summary>Registers that are not modelled (VLAN tags, wake-up) read as zero.</summary>
    public uint Read(uint register) => register switch
    {
        Control => _control,
        AddressHigh => (uint)(Address >> 32),
        AddressLow => (uint)Address,
        HashHigh => (uint)(_hash >> 32),
        HashLow => (uint)_hash,
        MiiAccess => _miiAccess,
        MiiData => _miiData,
        FlowControl => _flow,
        _ => 0,
    };

    public void Write(uint register, uint value)
    {
        switch (register)
        {
            case Control:
                _control = value & ~ControlReserved;
                break;
            case AddressHigh:
                Address = (Address & uint.MaxValue) | ((ulong)(value & 0xFFFF) << 32);
                break;
            case AddressLow:
                Address = (Address & ~(ulong)uint.MaxValue) | value;
                break;
            case HashHigh:
                _hash = (_hash & uint.MaxValue) | ((ulong)value << 32);
                break;
            case HashLow:
                _hash = (_hash & ~(ulong)uint.MaxValue) | value;
                break;
            case MiiAccess:
                AccessPhy(value);
                break;
            case MiiData:
                _miiData = value & 0xFFFF;
                break;
            case FlowControl:
                _flow = value & 0xFFFF_0000;
                break;
        }
    }

    /// <summary>Whether a frame is for this station (section 3.4).</summary>
    public bool Accepts(ReadOnlySpan<byte> frame)
    {
        var target = frame[..6];
        if ((_control & Promiscuous) != 0)
        {
            return true;
        }

        if (target.IndexOfAnyExcept((byte)0xFF) < 0)
        {
            return (_control & NoBroadcast) == 0;
        }

        var isMulticast = (target[0] & 1) != 0;
        if (isMulticast && (_control & PassAllMulticast) != 0)
        {
            return true;
        }

        if ((_control & (isMulticast ? HashPerfect : HashOnly)) != 0)
        {
            return ((_hash >> HashIndex(target)) & 1) != 0;
        }

        var matches = true;
        for (var i = 0; i < target.Length; i++)
        {
            matches &= target[i] == (byte)(Address >> (8 * i));
        }

        return matches != ((_control & InverseFiltering) != 0);
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_control);
        writer.Write(_hash);
        writer.Write(_miiAccess);
        writer.Write(_miiData);
        writer.Write(_flow);
        writer.Write(Address);
    }

    public void Restore(ref StateReader reader)
    {
        _control = reader.ReadUInt32();
        _hash = reader.ReadUInt64();
        _miiAccess = reader.ReadUInt32();
        _miiData = reader.ReadUInt32();
        _flow = reader.ReadUInt32();
        Address = reader.ReadUInt64();
    }

    /// <summary>The highest six bits of the address's CRC-32 as IEEE 802.3 sends it, without the last inversion.</summary>
    private static int HashIndex(ReadOnlySpan<byte> address)
    {
        const uint Polynomial = 0x04C1_1DB7;
        var crc = uint.MaxValue;
        foreach (var value in address)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var isOdd = ((crc >> 31) ^ (uint)(value >> bit) & 1) != 0;
                crc = (crc << 1) ^ (isOdd ? Polynomial : 0);
            }
        }

        return (int)(crc >> 26);
    }

    // Done at once: the busy bit is never seen.
    private void AccessPhy(uint value)
    {
        _miiAccess = value & 0xFFC2;
        var register = (value >> 6) & 0x1F;
        if ((value & MiiWrite) != 0)
        {
            phy.Write(register, _miiData);
        }
        else
        {
            _miiData = phy.Read(register);
        }
    }
}
