using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// What FSAVE stores in protected mode with 32-bit operands (SDM volume 1, figure 8-9), and what else
/// <see cref="HostCoprocessor"/> computes with; its emitted code knows the layout.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal unsafe struct CoprocessorImage
{
    /// <summary>Bytes of an x87 register.</summary>
    public const int RegisterLength = 10;

    public uint Control;
    public uint Status;
    public uint Tags;
    public fixed uint Pointers[4];

    /// <summary>From the top of the stack on.</summary>
    public fixed byte Registers[8 * RegisterLength];

    /// <summary>The operand in memory.</summary>
    public UInt128 Memory;

    /// <summary>RFLAGS of the instruction.</summary>
    public ulong Flags;

    /// <summary>The host's control word.</summary>
    public ulong Saved;

    /// <summary>Significand of a register, counted from the top of the stack.</summary>
    public readonly ulong Significand(int register) => Unsafe.ReadUnaligned<ulong>(in Registers[register * RegisterLength]);

    /// <summary>Sign and exponent of a register, counted from the top of the stack.</summary>
    public readonly ushort Exponent(int register) =>
        Unsafe.ReadUnaligned<ushort>(in Registers[register * RegisterLength + sizeof(ulong)]);
}
