using System.Buffers.Binary;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// A load or store that must be aligned while CCR.UNALIGN_TRP is set (DDI 0403E, A3.2.1), as its encoding says it (A5.2,
/// A5.3): what it adds up to its address, as far as the low bits go, and what that must be a multiple of. Accesses of
/// bytes, and those by SP or PC whose offset is a multiple of 4, can't be unaligned and are none of them.
/// </summary>
/// <param name="Alignment">2 or 4 bytes; 0 when the instruction is no such access.</param>
/// <param name="Base">Number of the base register; 15 stands for the instruction's address + 4.</param>
/// <param name="Index">Number of the index register, -1 for none.</param>
/// <param name="Shift">The index is shifted left by so many bits.</param>
/// <param name="Offset">Constant, in bytes; may be negative.</param>
internal readonly record struct ThumbAccess(uint Alignment, int Base, int Index = -1, int Shift = 0, int Offset = 0)
{
    private const int Sp = 13;
    private const int Pc = 15;

    /// <summary>Of FP: it is no exception of alignment when the FPU is off.</summary>
    public bool IsFloatingPoint { get; private init; }

    /// <summary>
    /// It faults whether UNALIGN_TRP is set or not. Those by SP can't be unaligned, and the emulator knows the exclusive ones.
    /// </summary>
    public bool AlwaysTraps { get; private init; }

    /// <summary>The access of the instruction that the code begins with.</summary>
    public static ThumbAccess Of(ReadOnlySpan<byte> code)
    {
        if (code.Length < sizeof(ushort))
        {
            return default;
        }

        var first = BinaryPrimitives.ReadUInt16LittleEndian(code);
        if (first < 0xe800)
        {
            return Narrow(first);
        }

        if (code.Length < sizeof(uint))
        {
            return default;
        }

        var second = BinaryPrimitives.ReadUInt16LittleEndian(code[sizeof(ushort)..]);
        return (first >> 9) switch
        {
            0b111_0100 => Multiple(first, second),
            0b111_1100 => Single(first, second),
            0b111_0110 when (second & 0x0e00) == 0x0a00 => FloatingPoint(first),
            _ => default,
        };
    }

    /// <summary>Whether the access, with the registers of the moment, is at a multiple of its alignment.</summary>
    public bool IsAligned(ICortexMRegisters registers, uint instruction) =>
        (Address(registers, instruction) & (Alignment - 1)) == 0;

    /// <summary>Where the access begins, with the registers of the moment; its low bits only where it is relative to the PC.</summary>
    public uint Address(ICortexMRegisters registers, uint instruction)
    {
        var address = (Base == Pc ? instruction + 4 : Read(registers, Base)) + (uint)Offset;
        return address + (Index < 0 ? 0 : Read(registers, Index) << Shift);
    }

    private static uint Read(ICortexMRegisters registers, int number) => registers.Read(number switch
    {
        13 => ArmRegister.Sp,
        14 => ArmRegister.Lr,
        _ => ArmRegister.R0 + number,
    });

    // A5.2.4: register offset, word and halfword with immediate offset; LDM and STM.
    private static ThumbAccess Narrow(uint first)
    {
        var low = (int)(first >> 3 & 7);
        var index = (int)(first >> 6 & 7);
        return (first >> 9) switch
        {
            0b010_1000 or 0b010_1100 => new ThumbAccess(4, low, index),
            0b010_1001 or 0b010_1101 or 0b010_1111 => new ThumbAccess(2, low, index),
            >= 0b011_0000 and <= 0b011_0111 => new ThumbAccess(4, low),
            >= 0b100_0000 and <= 0b100_0111 => new ThumbAccess(2, low, Offset: (int)(first >> 6 & 31) << 1),
            >= 0b110_0000 and <= 0b110_0111 => new ThumbAccess(4, (int)(first >> 8 & 7)) { AlwaysTraps = true },
            _ => default,
        };
    }

    // A5.3.5, A5.3.6: LDM, STM; LDRD, STRD, exclusives, TBH.
    private static ThumbAccess Multiple(uint first, uint second)
    {
        var from = (int)first & 15;
        if ((first & 0x40) == 0)
        {
            return (first & 0x180) is 0x80 or 0x100 ? new ThumbAccess(4, from) { AlwaysTraps = from != Sp } : default;
        }

        if ((first & 0x120) != 0 || (first & 0x80) == 0)
        {
            var isDouble = (first & 0x120) != 0;
            return from == Pc ? default : new ThumbAccess(4, from) { AlwaysTraps = isDouble && from != Sp };
        }

        return (second & 0xf0) switch
        {
            0x10 => new ThumbAccess(2, from, (int)second & 15, Shift: 1),
            0x50 => new ThumbAccess(2, from),
            _ => default,
        };
    }

    // A5.3.7 to A5.3.10; a halfword "loaded" into the PC is a hint.
    private static ThumbAccess Single(uint first, uint second)
    {
        var from = (int)first & 15;
        var isLoad = (first & 0x10) != 0;
        var alignment = (first >> 5 & 3) switch
        {
            1 when !isLoad || second >> 12 != Pc => 2u,
            2 => 4u,
            _ => 0u,
        };
        if (alignment == 0 || (from == Pc && !isLoad))
        {
            return default;
        }

        if (from == Pc)
        {
            var offset = (int)second & 0xfff;

            // Align(PC, 4): bit 1 of the PC does not count for words, and never makes a halfword unaligned.
            return (offset & ((int)alignment - 1)) == 0 ? default : new ThumbAccess(2, from, Offset: 1);
        }

        if ((first & 0x80) != 0)
        {
            return new ThumbAccess(alignment, from, Offset: (int)second & 0xfff);
        }

        if ((second & 0x800) == 0)
        {
            return (second & 0x7c0) == 0
                ? new ThumbAccess(alignment, from, (int)second & 15, (int)second >> 4 & 3)
                : default;
        }

        var (isBefore, isUp, writesBack) = ((second & 0x400) != 0, (second & 0x200) != 0, (second & 0x100) != 0);
        var immediate = isBefore ? (int)second & 0xff : 0;
        return isBefore || writesBack
            ? new ThumbAccess(alignment, from, Offset: isUp ? immediate : -immediate)
            : default;
    }

    // A6.6: VLDR, VSTR, VLDM, VSTM, VPUSH, VPOP; with P, U and W clear it is a move of two registers.
    private static ThumbAccess FloatingPoint(uint first)
    {
        var from = (int)first & 15;
        return (first & 0x1a0) == 0 || from == Pc ? default : new ThumbAccess(4, from) { IsFloatingPoint = true, AlwaysTraps = from != Sp };
    }
}
