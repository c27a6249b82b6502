namespace Reprise.Emulation.Cpus;

/// <summary>
/// A processor whose code can't be read without its state, which a debugger does not know: x86's, which is what its segment says.
/// </summary>
public interface IDisassembler
{
    /// <summary>Bits of addresses and operands unless prefixes say otherwise: 16, 32 or 64.</summary>
    int Bitness { get; }

    /// <summary>The code segment's selector, and its base: where addresses of instructions count from.</summary>
    (ushort Selector, ulong Base) Code { get; }

    /// <summary>The instruction that the bytes begin with, as text.</summary>
    /// <param name="code">Up to 15 bytes.</param>
    /// <param name="offset">Its address, counted from the segment's base; relative branches are shown with where they go.</param>
    /// <param name="isIntel">In Intel's syntax and not AT&amp;T's.</param>
    /// <param name="length">Its bytes; 1 for what is no instruction.</param>
    string Disassemble(ReadOnlySpan<byte> code, ulong offset, bool isIntel, out int length);
}
