using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Network;

/// <summary>The serial EEPROM of 128 bytes beside a LAN9118 (data sheet, section 3.9), which holds the MAC address. Commands take no time.</summary>
internal sealed class Lan9118Eeprom
{
    private const int Size = 128;
    private const byte Valid = 0xA5;
    private const uint AddressLoaded = 0x100;

    private readonly byte[] _bytes = new byte[Size];
    private bool _isWritable;

    /// <param name="address">The MAC address, the first byte lowest.</param>
    public Lan9118Eeprom(ulong address)
    {
        _bytes[0] = Valid;
        for (var i = 0; i < 6; i++)
        {
            _bytes[i + 1] = (byte)(address >> (8 * i));
        }
    }

    /// <summary>E2P_CMD: the last command, and whether the address was loaded.</summary>
    public uint Command { get; private set; }

    /// <summary>E2P_DATA.</summary>
    public uint Data { get; set; }

    /// <summary>Takes the command and data back; the content stays.</summary>
    public void Reset()
    {
        (Command, Data, _isWritable) = (Command & AddressLoaded, 0, false);
    }

    /// <summary>The MAC address it holds.</summary>
    /// <param name="otherwise">What the answer is when it holds none.</param>
    public ulong Reload(ulong otherwise)
    {
        if (_bytes[0] != Valid)
        {
            Command &= ~AddressLoaded;
            return otherwise;
        }

        Command |= AddressLoaded;
        var address = 0ul;
        for (var i = 0; i < 6; i++)
        {
            address |= (ulong)_bytes[i + 1] << (8 * i);
        }

        return address;
    }

    /// <summary>A write of E2P_CMD.</summary>
    /// <param name="value">The command, and the address of a byte.</param>
    /// <param name="mac">The MAC address now.</param>
    /// <returns>The MAC address from here on.</returns>
    public ulong Execute(uint value, ulong mac)
    {
        var place = (int)(value & (Size - 1));
        Command = (Command & AddressLoaded) | (value & 0x7000_0000) | (uint)place;
        switch ((value >> 28) & 7)
        {
            case 0:
                Data = _bytes[place];
                break;
            case 1 or 2:
                _isWritable = ((value >> 28) & 7) == 2;
                break;
            case 3 when _isWritable:
                _bytes[place] &= (byte)Data;
                break;
            case 4 when _isWritable:
                foreach (ref var each in _bytes.AsSpan())
                {
                    each &= (byte)Data;
                }

                break;
            case 5 when _isWritable:
                _bytes[place] = 0xFF;
                break;
            case 6 when _isWritable:
                Array.Fill(_bytes, (byte)0xFF);
                break;
            case 7:
                return Reload(mac);
        }

        return mac;
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_bytes);
        writer.Write(_isWritable);
        writer.Write(Command);
        writer.Write(Data);
    }

    /// <exception cref="InvalidDataException">It is no state of an EEPROM.</exception>
    public void Restore(ref StateReader reader)
    {
        var bytes = reader.ReadBytes();
        if (bytes.Length != Size)
        {
            throw new InvalidDataException($"state of a LAN9118's EEPROM: {bytes.Length} bytes, expected {Size}");
        }

        bytes.CopyTo(_bytes);
        _isWritable = reader.ReadBoolean();
        Command = reader.ReadUInt32();
        Data = reader.ReadUInt32();
    }
}
