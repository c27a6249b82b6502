using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>One 8237A (231466): four channels, and registers at 16 offsets.</summary>
internal sealed class DmaController
{
    private const int ChannelCount = 4;
    private const uint StatusOrCommand = 8;
    private const uint RequestRegister = 9;
    private const uint SingleMask = 10;
    private const uint Mode = 11;
    private const uint ClearFlipFlop = 12;
    private const uint MasterClear = 13;
    private const uint ClearMask = 14;
    private const uint AllMasks = 15;

    // Memory to memory, fixed address, compressed timing, rotating priority, extended write, senses of DREQ and DACK:
    // as on QEMU a command that asks for one of them is ignored.
    private const byte NotThere = 0xFB;

    private readonly DmaChannel[] _channels = [new(), new(), new(), new()];
    private byte _command;
    private bool _high;

    public DmaController() => PowerOn();

    public ReadOnlySpan<DmaChannel> Channels => _channels;

    /// <summary>A bit a channel: it does nothing.</summary>
    public byte Mask { get; private set; }

    /// <summary>A bit a channel: a device, or the program, asks for it.</summary>
    public byte Requests { get; set; }

    private byte Done
    {
        get
        {
            var done = 0;
            for (var i = 0; i < ChannelCount; i++)
            {
                done |= _channels[i].IsDone ? 1 << i : 0;
            }

            return (byte)done;
        }
    }

    /// <summary>Mask and mode survive no power-on; addresses and counts are whatever they are, here 0.</summary>
    public void PowerOn()
    {
        Clear();
        foreach (var channel in _channels)
        {
            channel.Clear();
        }
    }

    public byte Peek(uint register) => register switch
    {
        < StatusOrCommand => Half((register & 1) == 0 ? _channels[register / 2].Address : _channels[register / 2].Count),
        StatusOrCommand => (byte)(Requests << 4 | Done),
        RequestRegister => Mask,
        _ => 0,
    };

    public void AfterRead(uint register)
    {
        if (register < StatusOrCommand)
        {
            _high = !_high;
        }
        else if (register == StatusOrCommand)
        {
            foreach (var channel in _channels)
            {
                channel.IsDone = false;
            }
        }
    }

    public void Write(uint register, byte value)
    {
        var bit = (byte)(1 << (value & 3));
        var sets = (value & 4) != 0;
        switch (register)
        {
            case < StatusOrCommand:
                _channels[register / 2].Load((register & 1) != 0, value, _high);
                _high = !_high;
                break;
            case StatusOrCommand when (value & NotThere) == 0:
                _command = value;
                break;
            case RequestRegister:
                Requests = (byte)(sets ? Requests | bit : Requests & ~bit);
                _channels[value & 3].IsDone = false;
                break;
            case SingleMask:
                Mask = (byte)(sets ? Mask | bit : Mask & ~bit);
                break;
            case Mode:
                _channels[value & 3].Mode = value;
                break;
            case ClearFlipFlop:
                _high = false;
                break;
            case MasterClear:
                Clear();
                break;
            case ClearMask:
                Mask = 0;
                break;
            case AllMasks:
                Mask = value;
                break;
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Write([Mask, Requests, _command]);
        writer.Write(_high);
        foreach (var channel in _channels)
        {
            channel.Save(writer);
        }
    }

    public void Restore(ref StateReader reader)
    {
        var bytes = reader.ReadBytes();
        if (bytes.Length != 3)
        {
            throw new InvalidDataException($"state of a DMA controller: {bytes.Length} bytes, expected 3");
        }

        (Mask, Requests, _command) = (bytes[0], bytes[1], bytes[2]);
        _high = reader.ReadBoolean();
        foreach (var channel in _channels)
        {
            channel.Restore(ref reader);
        }
    }

    private byte Half(ushort value) => (byte)(_high ? value >> 8 : value);

    private void Clear()
    {
        (Mask, Requests, _command, _high) = (0xFF, 0, 0, false);
        foreach (var channel in _channels)
        {
            channel.IsDone = false;
        }
    }
}
