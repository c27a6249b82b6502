namespace Reprise.Emulation.Execution;

// Goal: tell a block that Unicorn has begun anew. When code writes into the block that it runs in, Unicorn goes back to
// before the writing instruction, translates that one alone, and runs it. To the block hook it looks like a loop to that
// instruction; what tells them apart is that Unicorn asked for a block of one instruction.
//
// Unicorn keeps a record of each block just before the block's code: its address, and 24 bytes on the flags that it was
// asked for with, the count in the low bits; 32 bytes on a pointer to the code, and 40 on the code's length.
//
// Invariant: a record is believed only when it has the block's address and points to code that holds the hook.

/// <summary>Unicorn's record of the translated block whose hook runs.</summary>
internal static unsafe class TranslatedBlock
{
    private const int FlagsOffset = 24;
    private const int CodeOffset = 32;
    private const int LengthOffset = 40;
    private const int RecordLength = 160;
    private const int Farthest = 512;
    private const uint CountMask = 0x7fff;

    /// <summary>The instructions that were asked for, 0 for as many as there are; null when the record is not found.</summary>
    /// <param name="behindHook">Where the hook returns to, in the block's code.</param>
    /// <param name="address">The block's address.</param>
    /// <param name="lowest">The first byte that may be read.</param>
    public static uint? RequestedCount(nint behindHook, ulong address, nint lowest) =>
        Find(behindHook, address, lowest) is { } record ? *(uint*)(record + FlagsOffset) & CountMask : null;

    /// <summary>Where the block's code ends; null when the record is not found.</summary>
    /// <inheritdoc cref="RequestedCount"/>
    public static nint? EndOfCode(nint behindHook, ulong address, nint lowest) =>
        Find(behindHook, address, lowest) is { } record && *(nint*)(record + CodeOffset) + *(nint*)(record + LengthOffset) is var end
            && end > behindHook
            ? end
            : null;

    private static nint? Find(nint behindHook, ulong address, nint lowest)
    {
        lowest = Math.Max(lowest, behindHook - Farthest);
        for (var record = behindHook - RecordLength & ~(sizeof(long) - 1); record >= lowest; record -= sizeof(long))
        {
            // SAFETY: from the lowest byte to the hook is one mapping, Unicorn's buffer of translated code.
            if (*(ulong*)record == address && *(nint*)(record + CodeOffset) is var code
                && code >= record + RecordLength && code < behindHook)
            {
                return record;
            }
        }

        return null;
    }
}
