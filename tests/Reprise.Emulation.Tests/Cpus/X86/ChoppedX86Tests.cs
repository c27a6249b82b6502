using Iced.Intel;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>The state at a position does not depend on how the run was chopped (law 2).</summary>
public sealed class ChoppedX86Tests
{
    private const ulong End = 60_000;
    private const ulong Step = 997;

    [Test]
    public void Run_RealModeWithTimerAndStrings_IsTheSameHoweverItIsChopped() => Compare(() => new X86Rig(RealMode));

    private static void Compare(Func<X86Rig> make)
    {
        using var straight = make();
        var expected = new List<string>();
        for (var position = Step; position <= End; position += Step)
        {
            straight.Machine.Run(position);
            expected.Add(straight.State());
        }

        Assert.That(straight.Machine.Position, Is.EqualTo(End / Step * Step));
        Assert.That(straight.Ports.Text, Is.Not.Empty);
        for (var seed = 1; seed <= 3; seed++)
        {
            using var chopped = make();
            var random = new Random(seed);
            var index = 0;
            for (var position = Step; position <= End; position += Step)
            {
                while (chopped.Machine.Position < position)
                {
                    Disturb(chopped, random);
                    var limit = Math.Min(position, chopped.Machine.Position + (ulong)random.Next(1, random.Next(2, 400)));
                    Assert.That(chopped.Machine.Run(limit).Kind, Is.EqualTo(StopKind.LimitReached));
                    Assert.That(chopped.Machine.Position, Is.EqualTo(limit));
                }

                Assert.That(chopped.State(), Is.EqualTo(expected[index++]), $"seed {seed}");
            }
        }
    }

    private static int Disturb(X86Rig rig, Random random)
    {
        var what = random.Next(6);
        switch (what)
        {
            case 0:
                rig.Machine.Engine.BeginInterval();
                break;
            case 1:
                var writer = new StateWriter();
                rig.Machine.Save(writer);
                var reader = new StateReader(writer.Written);
                rig.Machine.Restore(ref reader);
                break;
            case 2:
                rig.Machine.Engine.TunesTranslations = random.Next(2) == 0;
                break;
        }

        return what;
    }

    private static void RealMode(Assembler code)
    {
        var handler = code.CreateLabel();
        var loop = code.CreateLabel();
        var start = code.CreateLabel();
        code.jmp(start);

        code.Label(ref handler);
        code.push(ax);
        code.inc(__word_ptr[0x5000]);
        code.mov(al, (byte)'.');
        code.@out(0xe9, al);
        code.@out(0xeb, al);
        code.pop(ax);
        code.iret();

        code.Label(ref start);
        code.mov(sp, 0x7000);
        code.mov(__word_ptr[TestPorts.Vector * 4], X86Rig.Start + 2);
        code.mov(__word_ptr[(TestPorts.Vector * 4) + 2], 0);
        code.mov(eax, 1000);
        code.mov(dx, 0xec);
        code.@out(dx, eax);
        code.sti();

        code.Label(ref loop);
        code.mov(si, 0x1000);
        code.mov(di, 0x2000);
        code.mov(cx, 37);
        code.rep.movsb();
        code.mov(cx, 5);
        code.mov(di, 0x2100);
        code.rep.stosw();
        code.@in(al, 0xea);
        code.add(__byte_ptr[0x1003], al);
        code.xor(bx, ax);
        code.mov(cx, 20);
        code.mov(di, 0x2000);
        code.repne.scasb();
        code.cli();
        code.mov(cx, 3);
        code.rep.lodsb();
        code.sti();
        code.mov(cx, 4);
        code.rep.stosb();
        code.pushf();
        code.popf();
        code.test(bl, 7);
        code.jnz(loop);
        code.hlt();
        code.jmp(loop);
    }
}
