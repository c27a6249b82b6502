using System.Buffers.Binary;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc.Vga;

/// <summary>
/// The memory of a VGA as the processor has it between A0000h and BFFFFh (IBM VGA XGA technical reference manual, 2.5):
/// four planes, of which an access reaches one or all, through latches, masks and logic. Byte n of plane p is at 4n + p of
/// the memory, so that chained memory and the frame buffer are it as it is.
/// </summary>
internal sealed class VgaMemory
{
    private const int Planes = 4;

    private readonly MemoryMap _map;
    private readonly RamRegion? _memory;
    private readonly byte[] _sequencer;
    private readonly byte[] _graphics;
    private uint _latch;

    /// <param name="map">Notes what is written.</param>
    /// <param name="memory">At least 512 KiB; null for none.</param>
    /// <param name="registers">Say how an access goes.</param>
    public VgaMemory(MemoryMap map, RamRegion? memory, VgaRegisters registers)
    {
        _map = map;
        _memory = memory;
        _sequencer = registers.Sequencer;
        _graphics = registers.Graphics;
    }

    /// <summary>Where the window at A0000h begins in the memory, in bytes of a plane or of all; the VBE interface's.</summary>
    public uint Bank { get; set; }

    /// <summary>Addresses are bytes of the memory: each plane has every fourth.</summary>
    public bool IsChained => (_sequencer[4] & 8) != 0;

    /// <summary>An access is one to the memory as it is, so that nobody has to be asked.</summary>
    public bool IsPlain => IsChained && (_sequencer[2] & 15) == 15 && Map == 1;

    private bool IsOddEven => (_graphics[5] & 0x10) != 0;

    private int Map => _graphics[6] >> 2 & 3;

    public byte Peek(uint offset)
    {
        var latch = _latch;
        var value = Read(offset);
        _latch = latch;
        return value;
    }

    public byte Read(uint offset)
    {
        if (_memory is null || Place(offset) is not { } address)
        {
            return 0xFF;
        }

        if (IsChained)
        {
            return Byte(address);
        }

        if (IsOddEven)
        {
            return Byte(OddEven(address));
        }

        _latch = Word(address);
        if ((_graphics[5] & 8) == 0)
        {
            return (byte)(_latch >> (8 * _graphics[4]));
        }

        // Read mode 1: ones where all planes that are compared have the color's bit.
        var differs = (_latch ^ Spread(_graphics[2])) & Spread(_graphics[7]);
        differs |= differs >> 16;
        return (byte)~(differs | (differs >> 8));
    }

    public void Write(uint offset, byte value)
    {
        if (_memory is null || Place(offset) is not { } address)
        {
            return;
        }

        if (IsChained)
        {
            WriteByte(address, value, (int)(address % Planes));
        }
        else if (IsOddEven)
        {
            var place = OddEven(address);
            WriteByte(place, value, (int)(place % Planes));
        }
        else if (((ulong)address + 1) * Planes <= (ulong)_memory.Size)
        {
            var mask = Spread(_sequencer[2]);
            Span<byte> word = stackalloc byte[Planes];
            BinaryPrimitives.WriteUInt32LittleEndian(word, (Word(address) & ~mask) | (Combine(value) & mask));
            _map.Write(_memory, (int)address * Planes, word);
        }
    }

    public void Reset() => _latch = 0;

    public void Save(StateWriter writer)
    {
        writer.Write(_latch);
    }

    public void Restore(ref StateReader reader)
    {
        _latch = reader.ReadUInt32();
    }

    private static uint OddEven(uint address, int upper) => ((address & ~1u) << 1) | (uint)upper | (address & 1);

    private uint OddEven(uint address) => OddEven(address, _graphics[4] & 2);

    // Four bits, each a byte of ones.
    private static uint Spread(byte planes) =>
        ((planes & 1u) | ((planes & 2u) << 7) | ((planes & 4u) << 14) | ((planes & 8u) << 21)) * 0xFF;

    private uint? Place(uint offset) => Map switch
    {
        0 => offset,
        1 => offset < 0x1_0000 ? offset + Bank : null,
        2 => offset is >= 0x1_0000 and < 0x1_8000 ? offset - 0x1_0000 : null,
        _ => offset >= 0x1_8000 ? offset - 0x1_8000 : null,
    };

    private byte Byte(uint place) => place < _memory!.Size ? _memory.Bytes[(int)place] : (byte)0xFF;

    private uint Word(uint address) => ((ulong)address + 1) * Planes <= (ulong)_memory!.Size
        ? BinaryPrimitives.ReadUInt32LittleEndian(_memory.Bytes[((int)address * Planes)..])
        : uint.MaxValue;

    private void WriteByte(uint place, byte value, int plane)
    {
        if ((_sequencer[2] >> plane & 1) != 0 && place < _memory!.Size)
        {
            _map.Write(_memory, (int)place, [value]);
        }
    }

    // What a write of one byte makes of the four planes: write modes 0 to 3.
    private uint Combine(byte value)
    {
        var rotated = (byte)((value >> (_graphics[3] & 7)) | (value << (8 - (_graphics[3] & 7))));
        var bits = _graphics[8];
        uint planes;
        switch (_graphics[5] & 3)
        {
            case 0:
                var forced = Spread(_graphics[1]);
                planes = (rotated * 0x0101_0101u & ~forced) | (Spread(_graphics[0]) & forced);
                break;
            case 1:
                return _latch;
            case 2:
                planes = Spread(value);
                break;
            default:
                bits &= rotated;
                planes = Spread(_graphics[0]);
                break;
        }

        planes = (_graphics[3] >> 3) switch
        {
            1 => planes & _latch,
            2 => planes | _latch,
            3 => planes ^ _latch,
            _ => planes,
        };
        var mask = bits * 0x0101_0101u;
        return (planes & mask) | (_latch & ~mask);
    }
}
