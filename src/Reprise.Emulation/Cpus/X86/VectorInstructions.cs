using Iced.Intel;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>SSE to SSE3's instructions that raise floating-point exceptions (SDM volume 1, appendix D; volume 2).</summary>
internal static class VectorInstructions
{
    /// <summary>The opcode, behind prefixes, may be of one; a quick look.</summary>
    public static bool MayBeArithmetic(ReadOnlySpan<byte> opcode) => opcode is
        [0x0f, 0x2a or 0x2c or 0x2d or 0x2e or 0x2f or 0x51 or (>= 0x58 and <= 0x5f) or 0x7c or 0x7d or 0xc2 or 0xd0 or 0xe6, ..];

    /// <summary>It is one.</summary>
    public static bool IsArithmetic(in Instruction instruction) => instruction.Mnemonic switch
    {
        Mnemonic.Addps or Mnemonic.Addpd or Mnemonic.Addss or Mnemonic.Addsd or Mnemonic.Subps or Mnemonic.Subpd
            or Mnemonic.Subss or Mnemonic.Subsd or Mnemonic.Mulps or Mnemonic.Mulpd or Mnemonic.Mulss or Mnemonic.Mulsd
            or Mnemonic.Divps or Mnemonic.Divpd or Mnemonic.Divss or Mnemonic.Divsd or Mnemonic.Sqrtps or Mnemonic.Sqrtpd
            or Mnemonic.Sqrtss or Mnemonic.Sqrtsd or Mnemonic.Minps or Mnemonic.Minpd or Mnemonic.Minss or Mnemonic.Minsd
            or Mnemonic.Maxps or Mnemonic.Maxpd or Mnemonic.Maxss or Mnemonic.Maxsd or Mnemonic.Addsubps or Mnemonic.Addsubpd
            or Mnemonic.Haddps or Mnemonic.Haddpd or Mnemonic.Hsubps or Mnemonic.Hsubpd => true,
        Mnemonic.Cmpps or Mnemonic.Cmppd or Mnemonic.Cmpss => true,
        Mnemonic.Cmpsd => instruction.Code == Code.Cmpsd_xmm_xmmm64_imm8,
        Mnemonic.Comiss or Mnemonic.Comisd or Mnemonic.Ucomiss or Mnemonic.Ucomisd => true,
        Mnemonic.Cvtps2pd or Mnemonic.Cvtpd2ps or Mnemonic.Cvtss2sd or Mnemonic.Cvtsd2ss or Mnemonic.Cvtdq2ps
            or Mnemonic.Cvtps2dq or Mnemonic.Cvttps2dq or Mnemonic.Cvtpd2dq or Mnemonic.Cvttpd2dq or Mnemonic.Cvtsi2ss
            or Mnemonic.Cvtsi2sd or Mnemonic.Cvtss2si or Mnemonic.Cvttss2si or Mnemonic.Cvtsd2si or Mnemonic.Cvttsd2si
            or Mnemonic.Cvtpi2ps or Mnemonic.Cvtps2pi or Mnemonic.Cvttps2pi or Mnemonic.Cvtpd2pi or Mnemonic.Cvttpd2pi => true,
        _ => false,
    };

    /// <summary>One of its operands is an MMX register.</summary>
    public static bool IsMultimedia(in Instruction instruction) =>
        instruction.Op0Register.IsMM() || SourceClass(instruction).IsMM();

    /// <summary>A register of the kind of the second operand, also where that is in memory.</summary>
    public static Register SourceClass(in Instruction instruction) =>
        instruction.Op1Kind == OpKind.Register ? instruction.Op1Register
        : instruction.Mnemonic is Mnemonic.Cvtpi2ps ? Register.MM0
        : instruction.Mnemonic is not (Mnemonic.Cvtsi2ss or Mnemonic.Cvtsi2sd) ? Register.XMM0
        : instruction.MemorySize.GetSize() == sizeof(ulong) ? Register.RAX : Register.EAX;

    /// <summary>
    /// Bytes and number of those of the results that can be tiny; none of the others can, or may be without an exception.
    /// </summary>
    public static (int Size, int Count) Tiny(in Instruction instruction) => instruction.Mnemonic switch
    {
        Mnemonic.Addps or Mnemonic.Subps or Mnemonic.Mulps or Mnemonic.Divps or Mnemonic.Addsubps or Mnemonic.Haddps
            or Mnemonic.Hsubps or Mnemonic.Cvtpd2ps => (sizeof(float), 4),
        Mnemonic.Addss or Mnemonic.Subss or Mnemonic.Mulss or Mnemonic.Divss or Mnemonic.Cvtsd2ss => (sizeof(float), 1),
        Mnemonic.Addpd or Mnemonic.Subpd or Mnemonic.Mulpd or Mnemonic.Divpd or Mnemonic.Addsubpd or Mnemonic.Haddpd
            or Mnemonic.Hsubpd => (sizeof(double), 2),
        Mnemonic.Addsd or Mnemonic.Subsd or Mnemonic.Mulsd or Mnemonic.Divsd => (sizeof(double), 1),
        _ => default,
    };
}
