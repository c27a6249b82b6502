using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>Which x86 it is: what CPUID answers is QEMU's model of the other name.</summary>
public sealed class X86Model
{
    private X86Model(string name, X86Core core, bool is64Bit)
    {
        Name = name;
        Core = core;
        Is64Bit = is64Bit;
    }

    /// <summary>QEMU's <c>qemu32</c>: a Pentium II class processor with PAE, SSE3 and no long mode.</summary>
    public static X86Model I386 { get; } = new("i386", X86Core.Qemu32, is64Bit: false);

    /// <summary>QEMU's <c>coreduo</c>: as <see cref="I386"/>, with NX.</summary>
    public static X86Model I386WithNx { get; } = new("i386-nx", X86Core.CoreDuo, is64Bit: false);

    /// <summary>QEMU's <c>qemu64</c>: long mode, NX, SSE3, CMPXCHG16B; no RDRAND, no AVX.</summary>
    public static X86Model X64 { get; } = new("x86_64", X86Core.Qemu64, is64Bit: true);

    /// <summary>All there are.</summary>
    public static IReadOnlyList<X86Model> All { get; } = [I386, I386WithNx, X64];

    /// <summary>Lower case; what board files and target descriptions call it.</summary>
    public string Name { get; }

    /// <summary>It has long mode, and 16 general registers.</summary>
    public bool Is64Bit { get; }

    internal X86Core Core { get; }
}
