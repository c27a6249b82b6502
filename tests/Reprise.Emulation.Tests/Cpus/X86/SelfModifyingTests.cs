using Iced.Intel;
using Reprise.Emulation.Machines;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>Code that writes into the block it runs in: each instruction counts once (law 1).</summary>
public sealed class SelfModifyingTests
{
    internal const ushort Loop = 0x8000;

    /// <summary>A write to a page that once had code ends the run behind it, and the instruction is run again.</summary>
    [Test]
    public void Run_ReadAndWriteWhereCodeWas_ReadsWhatWasThere()
    {
        const int word = 0x9800;
        using var rig = new X86Rig(code =>
        {
            code.mov(di, 0x9000);
            code.call(di);
            code.mov(__word_ptr[word], 5);
            code.mov(bx, 7);
            code.xchg(__word_ptr[word], bx);
            code.mov(ax, 7);
            code.mov(cx, 0xFFFF);
            code.cmpxchg(__word_ptr[word], cx);
            code.setz(dl);
            code.add(__word_ptr[word], 1);
            code.setc(dh);
            code.mov(si, 4);
            code.xadd(__word_ptr[word], si);
            code.mov(bp, __word_ptr[word]);
            code.hlt();
        });
        rig.Put(0x9000, code => code.ret());
        Assert.That(rig.Machine.Run(100).Kind, Is.EqualTo(StopKind.Sleeping));
        Assert.That((rig.Register("ebx"), rig.Register("edx") & 0xFFFF), Is.EqualTo((5ul, 0x101ul)), "XCHG; ZF of CMPXCHG, CF of ADD");
        Assert.That((rig.Register("esi") & 0xFFFF, rig.Register("ebp") & 0xFFFF), Is.EqualTo((0ul, 4ul)), "XADD");
    }

    /// <summary>The last instruction of the block is the one that writes into it: by a call, whose stack is there.</summary>
    [Test]
    public void Run_OfACallThatPushesIntoItsBlock_CountsItOnce() => Check(
        code =>
        {
            code.mov(sp, Loop + 6);
            code.nop();
            code.inc(dx);
            code.call(Loop + 0x40);
        },
        (Loop + 0x40, code =>
        {
            code.mov(__word_ptr[Loop + 4], 0x4290); // nop; inc dx
            code.cmp(dx, 50);
            code.jb(Loop);
            code.hlt();
        }
    ));

    /// <summary>A string instruction ends its block, and writes over it.</summary>
    [Test]
    public void Run_OfAStringThatWritesOverItself_CountsEachTurnOnce() => Check(
        code =>
        {
            code.mov(al, 0x90);
            code.mov(di, Loop - 20);
            code.mov(cx, 29);
            code.inc(dx);
            code.rep.stosb(); // up to the string instruction itself
            code.inc(dx);
            code.cmp(dx, 50);
            code.jb(Loop);
            code.hlt();
        });

    /// <summary>The same at its own address again and again, from a place where it is the block's first instruction.</summary>
    [Test]
    public void Run_OfAStringThatWritesTheSameBytes_CountsEachTurnOnce() => Check(
        code =>
        {
            code.mov(si, Loop);
            code.mov(di, Loop);
            code.mov(cx, 24);
            code.rep.movsb();
            code.inc(dx);
            code.cmp(dx, 20);
            code.jb(Loop);
            code.hlt();
        });

    [Test]
    public void Run_OfAStoreIntoItsBlock_CountsItOnce() => Check(
        code =>
        {
            code.inc(dx);
            code.inc(__byte_ptr[Loop + 6]); // of the MOV's value
            code.mov(bl, 1);
            code.add(si, bx);
            code.cmp(dx, 40);
            code.jb(Loop);
            code.hlt();
        });

    /// <summary>Straight, stepped and chopped runs of a loop at 0x8000, until it halts, have equal states.</summary>
    internal static void Check(Action<Assembler> loop, params (uint Address, Action<Assembler> Code)[] more)
    {
        using var stepped = Start(loop, more);
        var states = new List<string>();
        while (stepped.Machine.Run(stepped.Machine.Position + 1).Kind == StopKind.LimitReached && states.Count < 2000)
        {
            states.Add(stepped.State());
        }

        Assert.That(states, Has.Count.InRange(40, 1999));
        var end = stepped.State();
        for (var seed = 0; seed < 6; seed++)
        {
            using var run = Start(loop, more);
            var random = new Random(seed);
            while (seed > 0 && run.Machine.Position < (ulong)states.Count)
            {
                run.Machine.Run(Math.Min((ulong)states.Count, run.Machine.Position + (ulong)random.Next(1, 60)));
                Assert.That(run.State(), Is.EqualTo(states[(int)run.Machine.Position - 1]), $"seed {seed}");
            }

            run.Machine.Run(10_000);
            Assert.That(run.State(), Is.EqualTo(end), $"seed {seed}");
        }
    }

    internal static X86Rig Start(Action<Assembler> loop, (uint Address, Action<Assembler> Code)[] more)
    {
        var rig = new X86Rig(code =>
        {
            code.xor(edx, edx);
            code.xor(ebx, ebx);
            code.mov(sp, 0x7000);
            code.jmp(Loop);
        });
        rig.Ports.TextWritten = value => rig.Machine.Memory.Write(Loop + 0x100, [value]);
        rig.Put(Loop, loop);
        foreach (var (address, code) in more)
        {
            rig.Put(address, code);
        }

        return rig;
    }
}
