using Iced.Intel;
using Reprise.Emulation.Cpus.X86;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>The state at a position does not depend on how the run was chopped (law 2).</summary>
public sealed class ChoppedX86Tests
{
    private const ulong Step = 997;

    [Test]
    public void Run_RealModeWithTimerAndStrings_IsTheSameHoweverItIsChopped() =>
        Compare(() => new X86Rig(RealMode), rig => rig.Machine, rig => rig.State(), end: 60_000, chopping: 400);

    [TestCase("i386", "torture")]
    [TestCase("i386", "instructions")]
    [TestCase("i386", "stacks")]
    [TestCase("i386", "rings")]
    [TestCase("i386", "rewrites")]
    [TestCase("x86_64", "torture")]
    [TestCase("x86_64", "timers")]
    public void Run_Sample_IsTheSameHoweverItIsChopped(string model, string name) => Compare(
        () => new X86Sample(name, model: X86Model.All.Single(known => known.Name == model)),
        sample => sample.Machine,
        sample => sample.State(),
        end: 170_000,
        chopping: 700);

    private static void Compare<T>(
        Func<T> make, Func<T, Machine> machineOf, Func<T, string> stateOf, ulong end, int chopping)
        where T : IDisposable
    {
        using var straight = make();
        var expected = new List<string>();
        for (var position = Step; position <= end && machineOf(straight).Run(position).Kind == StopKind.LimitReached; position += Step)
        {
            expected.Add(stateOf(straight));
        }

        Assert.That(expected, Has.Count.GreaterThan(50));
        for (var seed = 1; seed <= 2; seed++)
        {
            using var chopped = make();
            var machine = machineOf(chopped);
            var random = new Random(seed);
            for (var i = 0; i < expected.Count; i++)
            {
                var position = (ulong)(i + 1) * Step;
                while (machine.Position < position)
                {
                    Disturb(machine, random);
                    var limit = Math.Min(position, machine.Position + (ulong)random.Next(1, random.Next(2, chopping)));
                    var wasLimited = machine.Engine.EffortLimit != ulong.MaxValue;
                    var kind = machine.Run(limit).Kind;
                    machine.Engine.EffortLimit = ulong.MaxValue;
                    Assert.That(kind, Is.EqualTo(StopKind.LimitReached).Or.EqualTo(StopKind.InputPossible));
                    Assert.That(machine.Position, wasLimited ? Is.LessThanOrEqualTo(limit) : Is.EqualTo(limit));
                }

                Assert.That(stateOf(chopped), Is.EqualTo(expected[i]), $"seed {seed}");
            }
        }
    }

    private static void Disturb(Machine machine, Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                machine.Engine.BeginInterval();
                break;
            case 1:
                var writer = new StateWriter();
                machine.Save(writer);
                var reader = new StateReader(writer.Written);
                machine.Restore(ref reader);
                break;
            case 3:
                machine.Engine.EffortLimit = machine.Engine.Effort + (ulong)random.Next(1, 30_000);
                break;
            case 2:
                machine.Engine.TunesTranslations = random.Next(2) == 0;
                break;
        }
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
