namespace Reprise.Unicorn;

/// <summary>Instructions that Unicorn asks a hook to do (<c>uc_x86_insn</c>).</summary>
public enum X86Instruction
{
    /// <summary>CPUID: as <see cref="ReadTimeStamp"/>.</summary>
    Identify = 113,

    /// <summary><c>uint (uc, uint port, int size, void* user)</c>; INS too.</summary>
    In = 218,

    /// <summary><c>void (uc, uint port, int size, uint value, void* user)</c>; OUTS too.</summary>
    Out = 500,

    /// <summary><c>int (uc, void* user)</c>: not zero when the hook has done it.</summary>
    ReadTimeStamp = 608,

    /// <summary>As <see cref="ReadTimeStamp"/>.</summary>
    ReadTimeStampAndProcessor = 609,

    /// <summary><c>void (uc, void* user)</c>; without a hook it does nothing.</summary>
    SystemCall = 699,

    /// <summary>As <see cref="SystemCall"/>.</summary>
    SystemEnter = 700,
}
