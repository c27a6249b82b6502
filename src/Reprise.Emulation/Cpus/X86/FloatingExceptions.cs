using Iced.Intel;

namespace Reprise.Emulation.Cpus.X86;

// Goal: the exception flags of the x87's status word and of MXCSR, which Unicorn's instructions leave alone.
//
// Its arithmetic notes them, for good, in records of its own behind them: one for the x87, one for SSE. What a guest sees
// is the flags of both together. They are put together before each instruction that reads, loads or clears flags or masks,
// and whenever the registers are looked at or saved.
//
// The x87's record keeps divisions by zero, since Unicorn sets that flag itself, also where it is wrong: the flag is what the
// record says. What loads or clears the status word is told to the record.
//
// Invariants:
// - Put together or not, the flags are the same: it may be done at any time.
// - The summary flag is that of flags and masks as they are (SDM volume 1, 8.1.3.3), so it has no history.

/// <summary>Floating-point exceptions in the registers that a guest reads.</summary>
internal static class FloatingExceptions
{
    /// <summary>Summary and busy, which are set with a flag that is not masked (SDM volume 1, 8.1.3.3).</summary>
    public const ushort Summary = 0x8080;

    /// <summary>MXCSR.FZ: results that would be denormal are zero (SDM volume 1, 10.2.3.3).</summary>
    public const uint FlushToZero = 1 << 15;

    /// <summary>A flag, and Unicorn's record of it.</summary>
    public const byte DivideByZero = 4;

    /// <summary>C0 to C3 of the x87's status word.</summary>
    public const uint Conditions = 0x4700;

    /// <summary>Flags, and the x87's masks: their places are the same.</summary>
    public const ushort All = 0x3f;

    /// <summary>MXCSR's masks.</summary>
    public const uint VectorMasks = (uint)All << 7;

    private const uint UnderflowMask = 1 << 11; // of MXCSR

    // Of Unicorn's records; denormal operands are not noted there.
    private const byte Invalid = 1;
    private const byte Overflow = 8;
    private const byte Underflow = 16;
    private const byte Inexact = 32;
    private const byte FlushedToZero = 128;

    /// <summary>Instructions that read, load or clear flags or masks.</summary>
    public static bool AreUsedBy(Mnemonic mnemonic) => mnemonic is
        Mnemonic.Fnstsw or Mnemonic.Fstsw or Mnemonic.Fnstenv or Mnemonic.Fstenv or Mnemonic.Fnsave or Mnemonic.Fsave
        or Mnemonic.Fnclex or Mnemonic.Fclex or Mnemonic.Fninit or Mnemonic.Finit or Mnemonic.Fldcw or Mnemonic.Fldenv
        or Mnemonic.Frstor or Mnemonic.Wait or Mnemonic.Fxsave or Mnemonic.Fxsave64 or Mnemonic.Fxrstor
        or Mnemonic.Fxrstor64 or Mnemonic.Stmxcsr or Mnemonic.Ldmxcsr;

    /// <summary>Flags of a record of Unicorn's in their places in a register of the guest.</summary>
    public static ushort Of(byte noted) => (ushort)((noted & (Invalid | DivideByZero | Overflow | Underflow | Inexact))
        | ((noted & FlushedToZero) != 0 ? Underflow | Inexact : 0));

    /// <summary>With this MXCSR results are flushed to zero: only while underflow is masked.</summary>
    public static bool Flushes(uint control) => (control & (FlushToZero | UnderflowMask)) == (FlushToZero | UnderflowMask);
}
