using System.Buffers.Binary;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// Bits 0 and 1 of the stack pointers are zero, whatever is written to them (DDI 0403E, B1.4.1), which the emulator does not
/// know. This finds the instructions that could set one, among those that the manual lets write SP: MOV, ADD, SUB, LDR, and MSR.
/// </summary>
/// <remarks>
/// MOV from R4 to R11 is passed over: that is how compilers take a frame down, at the end of every function of unoptimized code,
/// and what they kept there was a stack pointer.
/// </remarks>
internal static class StackAlignment
{
    public const uint Mask = ~3u;

    private const int Sp = 13;
    private const int WithSp = 0x0d00;

    /// <summary>Whether the instruction may write what is no multiple of 4.</summary>
    public static bool IsAtStake(ReadOnlySpan<byte> instruction)
    {
        var first = BinaryPrimitives.ReadUInt16LittleEndian(instruction);
        if (instruction.Length < sizeof(uint))
        {
            // MOV SP, Rm (A7.7.77); ADD SP, Rm (A7.7.6).
            return ((first & 0xff87) == 0x4685 && (first >> 3 & 15) is < 4 or > 11) || (first & 0xff87) == 0x4485;
        }

        var second = BinaryPrimitives.ReadUInt16LittleEndian(instruction[2..]);
        return IsSpecial(first, second) || IsLoad(first, second) || IsRegister(first, second)
            || ((second & 0x0f00) == WithSp && ImmediateOf(first, second) is { } value && (value & ~Mask) != 0);
    }

    /// <summary>Whether it is about to, with the registers as they are; where that takes more than a look, says so too often.</summary>
    public static bool IsLost(ReadOnlySpan<byte> instruction, ICortexMRegisters registers)
    {
        var first = BinaryPrimitives.ReadUInt16LittleEndian(instruction);
        if (instruction.Length < sizeof(uint))
        {
            return !IsAligned(first >> 3 & 15, registers);
        }

        var second = BinaryPrimitives.ReadUInt16LittleEndian(instruction[2..]);
        return IsSpecial(first, second) ? !IsAligned(first & 15, registers)
            : !IsRegister(first, second) || (second & 0x70f0) != 0 || !IsAligned(second & 15, registers);
    }

    /// <summary>Clears the bits.</summary>
    public static void Restore(ICortexMRegisters registers)
    {
        foreach (var register in (ReadOnlySpan<ArmRegister>)[ArmRegister.Msp, ArmRegister.Psp])
        {
            var value = registers.Read(register);
            if ((value & ~Mask) != 0)
            {
                registers.Write(register, value & Mask);
            }
        }
    }

    /// <summary>MSR of MSP and PSP (B5.2.3).</summary>
    private static bool IsSpecial(int first, int second) =>
        (first & 0xfff0) == 0xf380 && (second & 0xd0fe) == 0x8008;

    /// <summary>LDR, immediate, literal and register (A7.7.43 to A7.7.45).</summary>
    private static bool IsLoad(int first, int second) => (first & 0xff70) == 0xf850 && second >> 12 == Sp;

    /// <summary>MOV.W (A7.7.77), ADD.W and SUB.W (A7.7.6, A7.7.176) of a register.</summary>
    private static bool IsRegister(int first, int second) =>
        (second & 0x0f00) == WithSp && ((first & 0xffef) is 0xeb0d or 0xebad || (first & 0xffef) == 0xea4f);

    /// <summary>What ADD and SUB (A7.7.5, A7.7.175) add and subtract; null for other instructions.</summary>
    private static uint? ImmediateOf(int first, int second)
    {
        if ((second & 0x8000) != 0 || (first & 0xf80f) != 0xf00d)
        {
            return null;
        }

        var bits = (uint)((first & 0x0400) << 1 | second >> 4 & 0x0700 | second & 0xff);
        return (first & 0x03e0) switch
        {
            0x0200 or 0x02a0 => bits,
            0x0100 or 0x01a0 => Expand(bits),
            _ => null,
        };
    }

    /// <summary>ThumbExpandImm (A5.3.2), of which bits 0 and 1 count.</summary>
    private static uint Expand(uint bits) => (bits >> 10, bits >> 8 & 3) switch
    {
        (0, 2) => 0,
        (0, _) => bits & 0xff,
        _ => uint.RotateRight(bits & 0x7f | 0x80, (int)(bits >> 7)),
    };

    private static bool IsAligned(int number, ICortexMRegisters registers) => number switch
    {
        Sp or 15 => true,
        14 => (registers.Read(ArmRegister.Lr) & ~Mask) == 0,
        _ => (registers.Read(ArmRegister.R0 + number) & ~Mask) == 0,
    };
}
