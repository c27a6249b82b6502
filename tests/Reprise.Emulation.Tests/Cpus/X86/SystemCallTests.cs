using Iced.Intel;
using Reprise.Emulation.Cpus.X86;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>SYSCALL, SYSRET, SYSENTER and SYSEXIT between ring 0 and ring 3.</summary>
public sealed class SystemCallTests
{
    private const uint Entry = 0x8800;
    private const uint User = 0x8900;
    private const uint UserStack = 0xb000;

    [Test]
    public void Syscall_In64BitCode_ComesBackBySysret()
    {
        using var rig = LongModeRig.Start(code => Prepare(code, enable: 1), (Entry, Serve), (User, CallTwice));

        rig.Machine.Run(400);

        Assert.That(rig.Register("r12"), Is.EqualTo(2), "calls");
        Assert.That(rig.Register("rbx"), Is.EqualTo(0x08), "CS in the call");
        Assert.That(rig.Register("rbp"), Is.EqualTo(0x10), "SS in the call");
        Assert.That(rig.Register("cs"), Is.EqualTo(LongModeRig.UserCode));
        Assert.That(rig.Register("ss"), Is.EqualTo(LongModeRig.UserData));
        Assert.That(rig.Register("r13") & 0x601, Is.EqualTo(0x001), "masked flags in the call, but for the carry");
        Assert.That(rig.Register("eflags") & 0x601, Is.EqualTo(0x601), "flags behind it");
        Assert.That(rig.Register("rcx"), Is.EqualTo(rig.Register("r15")), "rcx is the next instruction");
    }

    [Test]
    public void Syscall_Chopped_IsTheSame()
    {
        using var straight = LongModeRig.Start(code => Prepare(code, enable: 1), (Entry, Serve), (User, CallTwice));
        using var stepped = LongModeRig.Start(code => Prepare(code, enable: 1), (Entry, Serve), (User, CallTwice));

        straight.Machine.Run(400);
        while (stepped.Machine.Position < 400)
        {
            stepped.Machine.Run(stepped.Machine.Position + 1);
        }

        Assert.That(stepped.State(), Is.EqualTo(straight.State()));
    }

    [Test]
    public void Syscall_NotEnabled_IsAnInvalidInstruction()
    {
        using var rig = LongModeRig.Start(code => Prepare(code, enable: 0), (Entry, Serve), (User, CallTwice));

        rig.Machine.Run(400);

        Assert.That(rig.Register("r12"), Is.Zero);
        Assert.That(rig.Faults(), Is.EqualTo(new[] { (6, 0ul, (ulong)User + 4) }));
    }

    [Test]
    public void Sysenter_In32BitCode_ComesBackBySysexit()
    {
        using var rig = ProtectedRig.Start(
            code =>
            {
                WriteMsr(code, 0x174, 8);
                WriteMsr(code, 0x175, 0x9800);
                WriteMsr(code, 0x176, Entry);
                code.mov(edx, User);
                code.mov(ecx, UserStack);
                code.sti();
                code.sysexit();
            },
            (Entry, code =>
            {
                code.mov(esi, cs);
                code.pushfd();
                code.pop(edi);
                code.mov(edx, User + 2);
                code.mov(ecx, UserStack - 16);
                code.sysexit();
            }
        ),
            (User, code =>
            {
                var here = code.CreateLabel();
                code.sysenter();
                code.mov(ebx, cs);
                code.mov(ebp, esp);
                code.Label(ref here);
                code.jmp(here);
            }
        ));

        rig.Machine.Run(200);

        Assert.That(rig.Register("esi"), Is.EqualTo(8));
        Assert.That(rig.Register("edi") & 0x200, Is.Zero, "interrupts are off");
        Assert.That(rig.Register("ebx"), Is.EqualTo(0x1b));
        Assert.That(rig.Register("ebp"), Is.EqualTo(UserStack - 16));
    }

    [Test]
    public void Sysenter_WithoutSelector_IsAProtectionFault()
    {
        using var rig = ProtectedRig.Start(code => code.sysenter());

        rig.Machine.Run(200);

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (13, 0ul, (ulong)ProtectedRig.Main) }));
    }

    private static void WriteMsr(Assembler code, uint number, ulong value)
    {
        code.mov(ecx, number);
        code.mov(eax, (uint)value);
        code.mov(edx, (uint)(value >> 32));
        code.wrmsr();
    }

    private static void Prepare(Assembler code, uint enable)
    {
        WriteMsr(code, 0xc000_0080, 0x100 | enable);
        WriteMsr(code, 0xc000_0081, 0x0010_0008ul << 32);
        WriteMsr(code, 0xc000_0082, Entry);
        WriteMsr(code, 0xc000_0084, 0x600);
        code.push(LongModeRig.UserData);
        code.push((int)UserStack);
        code.push(0x202);
        code.push(LongModeRig.UserCode);
        code.push((int)User);
        code.iretq();
    }

    private static void Serve(Assembler code)
    {
        code.pushfq();
        code.pop(r13);
        code.mov(ebx, cs);
        code.mov(ebp, ss);
        code.inc(r12d);
        code.sysretq();
    }

    private static void CallTwice(Assembler code)
    {
        var here = code.CreateLabel();
        var next = code.CreateLabel();
        code.std();
        code.stc();
        code.nop();
        code.nop();
        code.syscall();
        code.stc();
        code.syscall();
        code.Label(ref next);
        code.lea(r15, __[next]);
        code.Label(ref here);
        code.jmp(here);
    }
}
