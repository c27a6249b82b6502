using System.Runtime.InteropServices;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>What <see cref="HostVectorUnit"/> computes with and from; its emitted code knows the layout.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VectorOperands
{
    /// <summary>The first operand's SSE register, before and behind the instruction.</summary>
    public UInt128 Destination;

    /// <summary>The second operand: an SSE register, or in its low half a general or MMX register.</summary>
    public UInt128 Source;

    /// <summary>MXCSR, before and behind the instruction.</summary>
    public uint Control;

    /// <summary>The host's MXCSR.</summary>
    public uint Saved;
}
