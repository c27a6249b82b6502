namespace Reprise.Emulation.Execution;

/// <summary>Bits of a 64-bit word of the processor's state, for emitted code to look at.</summary>
/// <param name="Address">Where the word is in the host's memory, as long as the engine lives.</param>
/// <param name="Mask">The bits that count.</param>
public readonly unsafe record struct StateWord(nint Address, ulong Mask)
{
    /// <summary>The bits as they are.</summary>
    // SAFETY: the address is that of a word of the engine's own record of the processor.
    public ulong Value => *(ulong*)Address & Mask;
}
