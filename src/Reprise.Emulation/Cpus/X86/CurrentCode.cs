using Iced.Intel;
using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>The code at the PC.</summary>
/// <param name="decoder">Reads it.</param>
/// <param name="code">Where it is.</param>
internal sealed class CurrentCode(X86Decoder decoder, GuestCode code)
{
    /// <summary>The linear address of the next instruction.</summary>
    public ulong ProgramCounter => decoder.ProgramCounter;

    /// <summary>The next instruction.</summary>
    public Instruction Instruction => decoder.Decode(code.At(ProgramCounter));

    /// <summary>Its bytes behind prefixes, and what is behind it.</summary>
    public ReadOnlySpan<byte> Opcode => decoder.OpcodeIn(code.At(ProgramCounter));

    /// <summary>The byte before it.</summary>
    public byte ByteBefore => code.At(ProgramCounter - 1) is [var last, ..] ? last : (byte)0;
}
