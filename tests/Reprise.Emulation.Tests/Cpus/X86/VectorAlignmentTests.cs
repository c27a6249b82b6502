using Iced.Intel;
using Reprise.Emulation.Cpus.X86;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>SSE's operands of 16 bytes fault at other addresses (SDM volume 1, 4.1.1; volume 2, tables 2-16 to 2-21).</summary>
public sealed class VectorAlignmentTests
{
    private const uint Data = 0xd000;

    private static readonly Case[] _faulting =
    [
        new("movaps load", code => code.movaps(xmm1, __[rdi + 4])),
        new("movaps store", code => code.movaps(__[rdi + 8], xmm1)),
        new("movdqa load", code => code.movdqa(xmm9, __[rdi + 1])),
        new("movntdq", code => code.movntdq(__[rdi + 8], xmm1)),
        new("addps", code => code.addps(xmm1, __[rdi + 8])),
        new("pxor", code => code.pxor(xmm1, __[rdi + 12])),
        new("shufpd", code => code.shufpd(xmm1, __[rdi + 8], 1)),
        new("relative to rip", code => code.db(0x0f, 0x28, 0x0d, 0x02, 0x01, 0, 0)),
        new("over a page", code => code.movaps(xmm1, __[rdi + 0xff8])),
    ];

    private static readonly Case[] _passing =
    [
        new("movaps load", code => code.movaps(xmm1, __[rdi + 16])),
        new("movaps store", code => code.movaps(__[rdi + 32], xmm1)),
        new("movups", code => code.movups(xmm1, __[rdi + 1])),
        new("movdqu", code => code.movdqu(__[rdi + 3], xmm1)),
        new("addss", code => code.addss(xmm1, __[rdi + 4])),
        new("movhps", code => code.movhps(xmm1, __[rdi + 8])),
        new("lddqu", code => code.lddqu(xmm1, __[rdi + 5])),
        new("cvtps2pd", code => code.cvtps2pd(xmm1, __[rdi + 8])),
    ];

    [TestCaseSource(nameof(_faulting))]
    public void Run_MisalignedOperand_Faults(Case instruction)
    {
        using var rig = Start(instruction);

        rig.Machine.Run(2000);

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (13, 0ul, (ulong)LongModeRig.Main + 0x100) }));
    }

    [TestCaseSource(nameof(_faulting))]
    public void Run_MisalignedOperandFoundByHooks_Faults(Case instruction)
    {
        using var rig = Start(instruction);
        rig.Processor.Traps.FindsMisalignment = true;

        rig.Machine.Run(2000);

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (13, 0ul, (ulong)LongModeRig.Main + 0x100) }));
    }

    [TestCaseSource(nameof(_passing))]
    public void Run_OtherOperand_GoesOn(Case instruction)
    {
        using var rig = Start(instruction);

        rig.Machine.Run(2000);

        Assert.That(rig.Faults(), Is.Empty);
        Assert.That(rig.Register("r12"), Is.EqualTo(1));
    }

    [Test]
    public void Run_FaultInALoop_IsTheSameChopped()
    {
        using var straight = StartLoop();
        straight.Machine.Run(3000);
        using var chopped = StartLoop();
        var random = new Random(3);
        while (chopped.Machine.Position < straight.Machine.Position)
        {
            chopped.Machine.Run(Math.Min(straight.Machine.Position, chopped.Machine.Position + (ulong)random.Next(1, 9)));
        }

        using var hooked = StartLoop();
        hooked.Processor.Traps.FindsMisalignment = true;
        hooked.Machine.Run(3000);

        Assert.That(straight.Faults(), Has.Length.EqualTo(1));
        Assert.That(straight.Faults()[0].Vector, Is.EqualTo(13));
        Assert.That(straight.Register("rdi"), Is.EqualTo(Data + 8));
        Assert.That(chopped.State(), Is.EqualTo(straight.State()));
        Assert.That(hooked.State(), Is.EqualTo(straight.State()));
    }

    // The first hundred accesses are aligned, the last is not.
    private static X86Rig StartLoop() => LongModeRig.Start(code =>
    {
        var again = code.CreateLabel();
        EnableVectors(code);
        code.mov(edi, Data);
        code.mov(r12d, 100);
        code.Label(ref again);
        code.movaps(xmm0, __[rdi]);
        code.paddd(xmm1, __[rdi]);
        code.movaps(__[rdi + 16], xmm1);
        code.dec(r12d);
        code.jne(again);
        code.inc(r12d);
        code.add(edi, 8);
        code.jmp(again);
    });

    [Test]
    public void Run_MisalignedWithoutVectors_IsTheirFault()
    {
        using var rig = Start(new Case("", code =>
        {
            code.mov(rax, cr0);
            code.or(eax, 8); // TS
            code.mov(cr0, rax);
            code.movaps(xmm1, __[rdi + 4]);
        }));
        rig.Machine.Run(2000);

        Assert.That(rig.Faults().Select(fault => fault.Vector), Is.EqualTo(new[] { 7 }));
    }

    private static X86Rig Start(Case instruction) => LongModeRig.Start(
        code =>
        {
            EnableVectors(code);
            code.mov(edi, Data);
            code.xor(r12d, r12d);
            code.jmp(LongModeRig.Main + 0x100);
        },
        (LongModeRig.Main + 0x100, code =>
        {
            instruction.Put(code);
            code.inc(r12d);
            code.hlt();
        }
    ));

    private static void EnableVectors(Assembler code)
    {
        code.mov(rax, cr4);
        code.or(eax, 0x600);
        code.mov(cr4, rax);
    }

    public sealed record Case(string Name, Action<Assembler> Put)
    {
        public override string ToString() => Name;
    }
}
