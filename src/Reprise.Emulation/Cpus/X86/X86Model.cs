using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>Which x86 it is: what CPUID answers is QEMU's model of the other name.</summary>
public sealed class X86Model
{
    // Bits of EFER (AMD volume 2, 3.1.7).
    private const ulong SystemCalls = 1 << 0;
    private const ulong LongMode = 1 << 8;
    private const ulong NoExecute = 1 << 11;
    private const ulong SecureVirtualMachine = 1 << 12;

    private X86Model(string name, X86Core core, CpuidTable cpuid, bool is64Bit, ulong writableEfer)
    {
        Name = name;
        Core = core;
        Cpuid = cpuid;
        WritableEfer = writableEfer;
        Is64Bit = is64Bit;
    }

    /// <summary>QEMU's <c>qemu32</c>: a Pentium II class processor with PAE, SSE3 and no long mode.</summary>
    public static X86Model I386 { get; } =
        new("i386", X86Core.Qemu32, CpuidTable.Qemu32(hasNx: false), is64Bit: false, writableEfer: 0);

    /// <summary>QEMU's <c>qemu32,+nx</c>.</summary>
    public static X86Model I386WithNx { get; } =
        new("i386-nx", X86Core.CoreDuo, CpuidTable.Qemu32(hasNx: true), is64Bit: false, NoExecute);

    /// <summary>QEMU's <c>qemu64</c>: long mode, NX, SSE3, CMPXCHG16B; no RDRAND, no AVX.</summary>
    public static X86Model X64 { get; } = new(
        "x86_64",
        X86Core.Qemu64,
        CpuidTable.Qemu64(),
        is64Bit: true,
        SystemCalls | LongMode | NoExecute | SecureVirtualMachine);

    /// <summary>All there are.</summary>
    public static IReadOnlyList<X86Model> All { get; } = [I386, I386WithNx, X64];

    /// <summary>Lower case; what board files and target descriptions call it.</summary>
    public string Name { get; }

    /// <summary>It has long mode, and 16 general registers.</summary>
    public bool Is64Bit { get; }

    internal X86Core Core { get; }

    /// <summary>What CPUID answers.</summary>
    internal CpuidTable Cpuid { get; }

    /// <summary>Bits of EFER that WRMSR writes.</summary>
    internal ulong WritableEfer { get; }
}
