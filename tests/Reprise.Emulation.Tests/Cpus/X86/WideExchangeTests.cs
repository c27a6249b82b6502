using Iced.Intel;
using Reprise.Emulation.Cpus.X86;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>CMPXCHG8B and CMPXCHG16B change ZF and no other flag (SDM volume 2), wherever a run is cut.</summary>
public sealed class WideExchangeTests
{
    private const int Data = 0xd000;
    private const ulong Zero = 1 << 6;

    // Of 0 - 80000000h: CF, SF, PF, OF.
    private const ulong OfDifference = 0x887;

    [TestCase(false, false, ExpectedResult = OfDifference)]
    [TestCase(true, false, ExpectedResult = OfDifference | Zero)]
    [TestCase(false, true, ExpectedResult = OfDifference)]
    [TestCase(true, true, ExpectedResult = OfDifference | Zero)]
    public ulong Run_ComputedFlags_KeepsAllButZero(bool isEqual, bool isLocked)
    {
        using var rig = Start(code =>
        {
            code.mov(eax, __dword_ptr[Data]);
            code.add(eax, isEqual ? 0 : 1);
            code.mov(edx, __dword_ptr[Data + 4]);
            code.xor(esi, esi);
            code.sub(esi, int.MinValue);
            Exchange(code, isLocked);
        });

        rig.Machine.Run(2000);

        Assert.That(rig.Faults(), Is.Empty);
        return rig.Register("r12");
    }

    [Test]
    public void Run_BehindAnotherHookedInstruction_KeepsFlags()
    {
        using var rig = Start(code =>
        {
            code.mov(esi, 1);
            code.sub(esi, 2);
            code.fninit(); // is announced too
            code.verr(dx); // takes flags: the record's are these from here on
            code.xor(esi, esi);
            code.sub(esi, int.MinValue);
            Exchange(code, isLocked: false);
        });

        rig.Machine.Run(2000);

        Assert.That(rig.Register("r12") & ~Zero, Is.EqualTo(OfDifference));
    }

    [Test]
    public void Run_Chopped_IsTheSame()
    {
        using var straight = StartLoop();
        straight.Machine.Run(4000);
        using var chopped = StartLoop();
        var random = new Random(5);
        while (chopped.Machine.Position < straight.Machine.Position)
        {
            chopped.Machine.Run(Math.Min(straight.Machine.Position, chopped.Machine.Position + (ulong)random.Next(1, 30)));
        }

        Assert.That(straight.Register("rdi"), Is.GreaterThan(100));
        Assert.That(chopped.State(), Is.EqualTo(straight.State()));
    }

    private static void Exchange(Assembler code, bool isLocked)
    {
        if (isLocked)
        {
            code.@lock.cmpxchg8b(__qword_ptr[Data]);
        }
        else
        {
            code.cmpxchg8b(__qword_ptr[Data]);
        }

        code.pushfq();
        code.pop(r12);
        code.hlt();
    }

    private static X86Rig StartLoop() => LongModeRig.Start(code =>
    {
        var again = code.CreateLabel();
        code.mov(edi, 0);
        code.Label(ref again);
        code.mov(rsi, rdi);
        code.imul(rsi, rsi, 0x1234567);
        code.sub(rsi, rax);
        code.cmpxchg16b(__xmmword_ptr[Data]);
        code.mov(rbx, rdi);
        code.cmp(rbx, rdx);
        code.cmpxchg8b(__qword_ptr[Data + 32]);
        code.inc(edi);
        code.jmp(again);
    });

    private static X86Rig Start(Action<Assembler> main) => LongModeRig.Start(main);
}
