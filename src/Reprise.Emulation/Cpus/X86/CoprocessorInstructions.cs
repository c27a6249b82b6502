using Iced.Intel;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>Kinds of x87 instructions, by opcode and ModR/M behind prefixes (SDM volume 2, appendix A.5).</summary>
internal static class CoprocessorInstructions
{
    /// <summary>A ModR/M from here on names registers, below memory.</summary>
    public const byte RegisterForms = 0xc0;

    /// <summary>FXTRACT, behind D9.</summary>
    public const byte ExtractExponent = 0xf4;

    /// <summary>FSCALE, behind D9.</summary>
    public const byte Scale = 0xfd;

    private const byte Wait = 0x9b;

    /// <summary>It may be one, or one of MMX, which wait for exceptions of the x87 too; a quick look.</summary>
    public static bool MayWait(ReadOnlySpan<byte> opcode) => opcode is
        [Wait or (>= 0xd8 and <= 0xdf), ..]
        or [0x0f, 0x2a or 0x2c or 0x2d or (>= 0x60 and <= 0x7f) or 0xc4 or 0xc5 or 0xd7 or (>= 0xd1 and <= 0xfe), ..];

    /// <summary>It raises exceptions of the x87 that are pending (SDM volume 1, 8.3.11 and 9.5).</summary>
    public static bool Waits(ReadOnlySpan<byte> opcode, in Instruction instruction) => opcode switch
    {
        [Wait, ..] => true,
        [0xd9, < RegisterForms and var modRm, ..] => Field(modRm) is not (6 or 7), // FNSTENV, FNSTCW
        [0xdb, >= 0xe0 and <= 0xe4, ..] => false, // FNENI, FNDISI, FNCLEX, FNINIT, FNSETPM
        [0xdd, < RegisterForms and var modRm, ..] => Field(modRm) is not (6 or 7), // FNSAVE, FNSTSW
        [0xdf, 0xe0, ..] => false, // FNSTSW
        [>= 0xd8 and <= 0xdf, ..] => true,
        _ => instruction.Mnemonic == Mnemonic.Emms || instruction.Op0Register.IsMM() || instruction.Op1Register.IsMM(),
    };

    /// <summary>It computes or moves numbers, and is documented: it does the same on every processor.</summary>
    public static bool IsArithmetic(ReadOnlySpan<byte> opcode) => opcode switch
    {
        [0xd8 or 0xda or 0xdc or 0xde, < RegisterForms, ..] => true,
        [0xd9, < RegisterForms and var modRm, ..] => Field(modRm) is 0 or 2 or 3,
        [0xdb, < RegisterForms and var modRm, ..] => Field(modRm) is not (4 or 6),
        [0xdd, < RegisterForms and var modRm, ..] => Field(modRm) < 4,
        [0xdf, < RegisterForms, ..] => true,
        [0xd8, ..] => true,
        [0xd9, var modRm, ..] => modRm is <= 0xd0 or 0xe0 or 0xe1 or 0xe4 or 0xe5 or (>= 0xe8 and <= 0xee) or >= 0xf0,
        [0xda, var modRm, ..] => modRm is < 0xe0 or 0xe9,
        [0xdb, var modRm, ..] => modRm is < 0xe0 or (>= 0xe8 and < 0xf8),
        [0xdc, var modRm, ..] => modRm is < 0xd0 or >= 0xe0,
        [0xdd, var modRm, ..] => modRm is < 0xc8 or (>= 0xd0 and < 0xf0),
        [0xde, var modRm, ..] => modRm is < 0xd0 or 0xd9 or >= 0xe0,
        [0xdf, var modRm, ..] => modRm is >= 0xe8 and < 0xf8,
        _ => false,
    };

    /// <summary>It stores to memory.</summary>
    public static bool Stores(ReadOnlySpan<byte> opcode) => opcode switch
    {
        [0xd9, < RegisterForms and var modRm, ..] => Field(modRm) is 2 or 3,
        [0xdb, < RegisterForms and var modRm, ..] => Field(modRm) is 1 or 2 or 3 or 7,
        [0xdd, < RegisterForms and var modRm, ..] => Field(modRm) is 1 or 2 or 3,
        [0xdf, < RegisterForms and var modRm, ..] => Field(modRm) is 1 or 2 or 3 or 6 or 7,
        _ => false,
    };

    /// <summary>
    /// A transcendental function or a remainder: processors differ in its last bits or steps, so that only what it finds in its
    /// operands is the same on all.
    /// </summary>
    public static bool IsImplementations(ReadOnlySpan<byte> opcode) => opcode is
        [0xd9, 0xf0 or 0xf1 or 0xf2 or 0xf3 or 0xf5 or 0xf8 or 0xf9 or 0xfb or 0xfe or 0xff, ..];

    /// <summary>Unicorn may do it wrong though all exceptions are masked; see <see cref="CoprocessorExceptions"/>.</summary>
    public static bool MayBeWrong(ReadOnlySpan<byte> opcode) => opcode switch
    {
        [0xd9, ExtractExponent or Scale or (>= 0xe9 and <= 0xed), ..] => true,
        [0xdb or 0xdd, < RegisterForms and var modRm, ..] => Field(modRm) == 1, // FISTTP
        [0xdf, < RegisterForms and var modRm, ..] => Field(modRm) is 1 or 2 or 3 or 6, // FISTTP, FIST, FISTP, FBSTP
        _ => false,
    };

    /// <summary>The middle field of a ModR/M.</summary>
    public static int Field(byte modRm) => modRm >> 3 & 7;
}
