using Iced.Intel;
using Reprise.Emulation.Machines;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>A run that ends behind an OUT in the middle of a block: what follows in the block has not run.</summary>
public sealed class PortStopTests
{
    private const int Flag = 0x5000;
    private const uint Handler = 0x8800;
    private const byte Period = 0xec;

    [Test]
    public void Interrupt_ThatAnOutBrings_ComesBeforeTheWriteBehindIt()
    {
        using var rig = Start();

        Assert.That(rig.Machine.Run(1000).Kind, Is.EqualTo(StopKind.Sleeping));

        Assert.That(rig.Register("ecx"), Is.Zero);
        Assert.That(BitConverter.ToUInt32(rig.Machine.Memory.BytesFrom(Flag)), Is.EqualTo(1));
    }

    [Test]
    public void Run_OverAnOutThatBringsAnInterrupt_IsThatOfSteps()
    {
        using var whole = Start();
        using var stepped = Start();
        while (stepped.Machine.Run(stepped.Machine.Position + 1).Kind == StopKind.LimitReached)
        {
        }

        whole.Machine.Run(1000);

        Assert.That(whole.State(), Is.EqualTo(stepped.State()));
    }

    private static X86Rig Start()
    {
        var rig = ProtectedRig.Start(Program, (Handler, Handle));
        ProtectedRig.Gate(rig, TestPorts.Vector, Handler);
        return rig;
    }

    private static void Program(Assembler code)
    {
        var again = code.CreateLabel();
        code.mov(ebx, Flag);
        code.mov(edx, 3);
        code.sti();
        code.Label(ref again);
        code.mov(__dword_ptr[ebx], 0);
        code.xor(eax, eax);
        code.cmp(edx, 1);
        code.sete(al);
        code.shl(eax, 3); // in the last round an instruction's time
        code.@out(Period, eax);
        code.mov(__dword_ptr[ebx], 1);
        code.dec(edx);
        code.jnz(again);
        code.hlt();
    }

    private static void Handle(Assembler code)
    {
        code.mov(ecx, __dword_ptr[ebx]);
        code.xor(eax, eax);
        code.@out(Period, eax);
        code.@out(Period - 1, al);
        code.iretd();
    }
}
