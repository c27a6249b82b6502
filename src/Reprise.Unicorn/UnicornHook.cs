namespace Reprise.Unicorn;

/// <summary>Kinds of hook (<c>uc_hook_type</c>) that Reprise uses.</summary>
public enum UnicornHook
{
    /// <summary>A guest exception: <c>void (uc, uint number, void* user)</c>.</summary>
    Interrupt = 1 << 0,

    /// <summary>An instruction of a kind that the caller does: <see cref="X86Instruction"/>.</summary>
    Instruction = 1 << 1,

    /// <summary>Before an instruction runs: <c>void (uc, ulong address, uint size, void* user)</c>.</summary>
    Code = 1 << 2,

    /// <summary>Before a translated block runs: <c>void (uc, ulong address, uint size, void* user)</c>.</summary>
    Block = 1 << 3,

    /// <summary>A page is not in the virtual TLB: <c>byte (uc, ulong page, int access, TlbEntry*, void* user)</c>.</summary>
    TlbFill = 1 << 17,
}
