using Iced.Intel;
using Reprise.Emulation.Machines;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

public sealed class RealModeTests
{
    [Test]
    public void Rdmsr_ApicBase_SaysWhereItIs()
    {
        using var rig = new X86Rig(code =>
        {
            code.mov(ecx, 0x1B);
            code.mov(edx, -1);
            code.rdmsr();
            code.hlt();
        });
        Assert.That(rig.Machine.Run(100).Kind, Is.EqualTo(StopKind.Sleeping));
        Assert.That((rig.Register("edx"), rig.Register("eax")), Is.EqualTo((0ul, 0xFEE0_0900ul)));
    }

    [Test]
    public void Run_FromTheResetVector_ReachesRam()
    {
        using var rig = new X86Rig(code => code.hlt());

        Assert.That(rig.Processor.ProgramCounter, Is.EqualTo(0xffff_fff0));
        rig.Machine.Run(1);
        Assert.That(rig.Processor.ProgramCounter, Is.EqualTo(X86Rig.Start));
        Assert.That(rig.Machine.Run(100).Kind, Is.EqualTo(StopKind.Sleeping));
        Assert.That(rig.Machine.Position, Is.EqualTo(2));
    }

    [Test]
    public void Out_ToAPort_ReachesItsDevice()
    {
        using var rig = new X86Rig(code =>
        {
            foreach (var letter in "hello")
            {
                code.mov(al, (byte)letter);
                code.@out(0xe9, al);
            }

            code.@in(al, 0xea);
            code.@in(al, 0xea);
            code.mov(bl, al);
            code.hlt();
        });

        rig.Machine.Run(100);

        Assert.That(rig.Ports.Text, Is.EqualTo("hello"));
        Assert.That(rig.Register("ebx"), Is.EqualTo(2));
    }

    [Test]
    public void Int_InRealMode_GoesThroughTheVectorTable()
    {
        using var rig = new X86Rig(code =>
        {
            code.mov(sp, 0x7000);
            code.mov(__word_ptr[0x80 * 4], 0x6000);
            code.mov(__word_ptr[0x80 * 4 + 2], 0x10);
            code.@int(0x80);
            code.mov(cx, 7);
            code.hlt();
        });
        rig.Put(0x6100, code =>
        {
            code.mov(dx, 5);
            code.iret();
        });

        rig.Machine.Run(100);

        Assert.That((rig.Register("edx") & 0xffff, rig.Register("ecx")), Is.EqualTo((5ul, 7ul)));
        Assert.That(rig.Register("esp"), Is.EqualTo(0x7000));
    }
}
