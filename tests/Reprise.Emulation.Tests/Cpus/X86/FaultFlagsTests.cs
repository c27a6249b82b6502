using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>A fault pushes the flags as they are before its instruction, whatever hooks it has.</summary>
public sealed class FaultFlagsTests
{
    private const int Unmapped = 0x40_0000;

    // Of 0 - 80000000h: CF, SF, PF, OF; and RF.
    private const ulong Expected = 0x887 | 1 << 16;

    private static readonly Case[] _faulting =
    [
        new("fld", code => code.fld(__dword_ptr[Unmapped])),
        new("ldmxcsr", code => code.ldmxcsr(__dword_ptr[Unmapped])),
        new("addss", code => code.addss(xmm0, __[Unmapped])),
        new("lock neg", code => code.@lock.neg(__dword_ptr[Unmapped])),
        new("cmpxchg8b", code => code.cmpxchg8b(__qword_ptr[Unmapped])),
        new("cmpxchg16b", code => code.cmpxchg16b(__xmmword_ptr[Unmapped])),
        new("mov", code => code.mov(eax, __dword_ptr[Unmapped])),
        new("movaps", code => code.movaps(xmm0, __[Unmapped])),
    ];

    [TestCaseSource(nameof(_faulting))]
    public void Run_PageFault_PushesFlags(Case instruction)
    {
        using var rig = LongModeRig.Start(code =>
        {
            code.mov(rax, cr4);
            code.or(eax, 0x600);
            code.mov(cr4, rax);
            code.xor(esi, esi);
            code.sub(esi, int.MinValue);
            instruction.Put(code);
            code.hlt();
        });

        rig.Machine.Run(2000);

        Assert.That(rig.Faults().Select(fault => fault.Vector), Is.EqualTo(new[] { 14 }));
        Assert.That(rig.PushedFlags(), Is.EqualTo(new[] { Expected }));
    }

    public readonly record struct Case(string Name, Action<Assembler> Put)
    {
        public override string ToString() => Name;
    }
}
