namespace Reprise.Emulation.Cpus.X86;

/// <summary>What CPUID answers (SDM volume 2, CPUID).</summary>
internal readonly record struct CpuidLeaf(uint Eax, uint Ebx, uint Ecx, uint Edx);
