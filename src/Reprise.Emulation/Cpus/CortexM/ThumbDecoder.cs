using System.Buffers.Binary;
using Reprise.Emulation.Execution;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>Instruction lengths of Thumb-2 (ARMv7-M manual, A5.1).</summary>
public sealed class ThumbDecoder : IInstructionDecoder
{
    private const ushort Wfi = 0xbf30;
    private const uint WfiWide = 0x8003_f3af;

    public ulong AddressFlag => 1;

    public int ProgramCounter => (int)ArmRegister.Pc;

    /// <summary>4 for a first halfword of 0b11101, 0b11110 or 0b11111 in its top bits, else 2 (A5.1).</summary>
    public int Length(ReadOnlySpan<byte> code) =>
        code.Length >= 2 && BinaryPrimitives.ReadUInt16LittleEndian(code) >= 0xe800 ? 4 : 2;

    /// <summary>WFI in its encodings T1 and T2 (A7.7.261).</summary>
    public bool IsHalt(ReadOnlySpan<byte> instruction) =>
        instruction.Length switch
        {
            2 => BinaryPrimitives.ReadUInt16LittleEndian(instruction) == Wfi,
            4 => BinaryPrimitives.ReadUInt32LittleEndian(instruction) == WfiWide,
            _ => false,
        };
}
