using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>INIT, as a local APIC sends it to its own processor: here a write to a port does, each time round.</summary>
public sealed class InitTests
{
    private const uint Seen = 0x9000_0678;

    [Test]
    public void Init_InProtectedMode_BeginsAgainAndKeepsWhatItKeeps()
    {
        using var rig = Start();
        while (rig.Ports.Text.Length == 0 && rig.Machine.Position < 100)
        {
            rig.Machine.Run(rig.Machine.Position + 1);
        }

        Assert.That(rig.Processor.ProgramCounter, Is.EqualTo(0xFFFF_FFF0));
        Assert.That((rig.Register("cr0"), rig.Register("ebx"), rig.Register("eflags")), Is.EqualTo((0x6000_0010ul, 0ul, 2ul)));
        Assert.That((BitConverter.ToUInt32(rig.Bytes("xmm3")), rig.Bytes("st0")[9]), Is.EqualTo((Seen, (byte)0x3F)));
        Assert.That(rig.Processor.Pins.InitPending, Is.False);
    }

    [Test]
    public void Run_CutAnywhere_IsTheSame()
    {
        const ulong end = 2_000;
        using var straight = Start();
        straight.Machine.Run(end);
        Assert.That(straight.Ports.Text, Has.Length.GreaterThan(20));
        using var cut = Start();
        cut.RunInPieces(end, new Random(1));
        Assert.That(cut.State(), Is.EqualTo(straight.State()));
    }

    private static X86Rig Start()
    {
        var rig = new X86Rig(Loop);
        rig.Ports.TextWritten = _ => rig.Processor.Pins.InitPending = true;
        return rig;
    }

    private static void Loop(Assembler code)
    {
        code.mov(eax, 0x200); // OSFXSR
        code.mov(cr4, eax);
        code.mov(eax, Seen);
        code.movd(xmm3, eax);
        code.fninit();
        code.fld1();
        code.mov(eax, cr0);
        code.or(eax, 0x6000_0001); // protected mode, no cache
        code.mov(cr0, eax);
        code.mov(dr0, eax);
        code.mov(ebx, 5);
        code.@out((byte)TestPorts.First, al);
        code.ud2();
    }
}
