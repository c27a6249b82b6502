using Iced.Intel;
using Reprise.Emulation.Machines;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>Code that others write: other code, interrupts whose stack lies there, and devices.</summary>
public sealed class WrittenCodeTests
{
    private const ushort Loop = SelfModifyingTests.Loop;
    private const ushort Routine = Loop + 0x80;
    private const ushort Handler = Loop + 0xC0;
    private const byte Vector = 0x40;

    [Test]
    public void Run_OfARoutineThatAnotherBlockWrites_RunsWhatWasWritten()
    {
        Action<Assembler> main = code =>
        {
            code.inc(dx);
            code.mov(__byte_ptr[Routine + 1], dl);
            code.call(Routine);
            code.add(si, ax);
            code.cmp(dx, 40);
            code.jb(Loop);
            code.hlt();
        };
        (uint, Action<Assembler>) routine = (Routine, code =>
        {
            code.mov(al, 0);
            code.cbw();
            code.ret();
        });

        SelfModifyingTests.Check(main, routine);
        Assert.That(Result(main, "esi", routine) & 0xffff, Is.EqualTo(40 * 41 / 2));
    }

    [Test]
    public void Run_OfARoutineThatAStringWrites_RunsWhatWasWritten()
    {
        Action<Assembler> main = code =>
        {
            code.mov(di, unchecked((short)Routine));
            code.mov(cx, 20);
            code.mov(al, 0x46); // inc si
            code.rep.stosb();
            code.call(Routine);
            code.mov(di, unchecked((short)(Routine + 5)));
            code.mov(cx, 8);
            code.mov(al, 0x90);
            code.rep.stosb();
            code.call(Routine);
            code.inc(dx);
            code.cmp(dx, 15);
            code.jb(Loop);
            code.hlt();
        };
        (uint, Action<Assembler>) routine = (Routine, code =>
        {
            for (var i = 0; i < 20; i++)
            {
                code.nop();
            }

            code.ret();
        });

        SelfModifyingTests.Check(main, routine);
        Assert.That(Result(main, "esi", routine) & 0xffff, Is.EqualTo(15 * (20 + 12)));
    }

    /// <summary>What an interrupt pushes is written by no instruction: here the flags, 0x246, become INC SI and the begin of an ADD.</summary>
    [Test]
    public void Run_OfARoutineThatAnInterruptPushesOnto_RunsWhatWasPushed()
    {
        Action<Assembler> main = code =>
        {
            code.mov(__dword_ptr[Vector * 4], Handler);
            code.call(Routine);
            code.mov(bp, sp);
            code.mov(sp, unchecked((short)(Routine + 2)));
            code.sti();
            code.xor(cx, cx);
            code.@int(Vector);
            code.mov(sp, bp);
            code.call(Routine);
            code.mov(__word_ptr[Routine], unchecked((short)0x9090));
            code.inc(dx);
            code.cmp(dx, 20);
            code.jb(Loop);
            code.hlt();
        };
        (uint, Action<Assembler>) routine = (Routine, code =>
        {
            code.nop();
            code.nop();
            code.add(al, 5);
            code.nop();
            code.nop();
            code.ret();
        });
        (uint, Action<Assembler>) handler = (Handler, code => code.iret());

        SelfModifyingTests.Check(main, routine, handler);
        Assert.That(Result(main, "esi", routine, handler) & 0xffff, Is.EqualTo(20));
    }

    /// <summary>A device writes ahead of the OUT, into its block: the next instruction is the new one.</summary>
    [Test]
    public void Run_OfABlockThatItsOutputWrites_RunsWhatWasWritten()
    {
        Action<Assembler> main = code => code.jmp(Loop + 0xF8);
        (uint, Action<Assembler>) block = (Loop + 0xF8, code =>
        {
            code.xor(cx, cx);
            code.inc(dx);
            code.mov(al, dl);
            code.@out(0xE9, al);
            code.mov(cl, 0);
            code.add(si, cx);
            code.cmp(dx, 40);
            code.jb(Loop);
            code.hlt();
        });

        SelfModifyingTests.Check(main, block);
        Assert.That(Result(main, "esi", block) & 0xffff, Is.EqualTo(40 * 41 / 2));
    }

    /// <summary>
    /// A stack in the page of the code, as a program for DOS has it: the frames of its calls touch no code, so no translation goes,
    /// and nothing is tuned again.
    /// </summary>
    [Test]
    public void Run_OfInterruptsWithAStackBesideTheCode_KeepsTranslations()
    {
        using var rig = SelfModifyingTests.Start(
            code =>
            {
                code.mov(__dword_ptr[Vector * 4], Handler);
                code.mov(sp, unchecked((short)(Loop + 0x800)));
                var again = code.CreateLabel();
                code.Label(ref again);
                code.@int(Vector);
                code.jmp(again);
            },
            [(Handler, code => code.iret())]);
        rig.Machine.Run(1_000);
        var before = rig.Machine.Engine.TunedBlocks;

        rig.Machine.Run(20_000);

        Assert.That(before, Is.GreaterThan(0));
        Assert.That(rig.Machine.Engine.TunedBlocks - before, Is.LessThan(10));
    }

    private static ulong Result(Action<Assembler> main, string register, params (uint Address, Action<Assembler> Code)[] more)
    {
        using var rig = SelfModifyingTests.Start(main, more);
        Assert.That(rig.Machine.Run(100_000).Kind, Is.EqualTo(StopKind.Sleeping));
        return rig.Register(register);
    }
}
