using Iced.Intel;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>Debug registers, single steps and INT1, in 64-bit and 32-bit code.</summary>
public sealed class DebugTests
{
    private const uint Target = 0x8a00;
    private const uint Watched = 0x2_0000;
    private const ulong NoStatus = 0xffff_0ff0;

    [Test]
    public void InstructionBreakpoint_InALoop_FaultsBeforeEachTurn()
    {
        using var rig = LongModeRig.Start(
            code =>
            {
                code.mov(rax, (ulong)Target);
                code.mov(dr0, rax);
                code.mov(eax, 1);
                code.mov(dr7, rax);
                code.mov(ecx, 3);
                code.jmp(Target - 4);
            },
            (Target - 4, code =>
            {
                var loop = code.CreateLabel();
                code.Label(ref loop);
                code.nop();
                code.nop();
                code.nop();
                code.nop();
                code.inc(r12d); // Target
                code.dec(ecx);
                code.jnz(loop);
                code.hlt();
            }
        ));

        Run(rig);

        Assert.That(rig.Faults(), Is.EqualTo(Enumerable.Repeat((1, 0ul, (ulong)Target), 3)));
        Assert.That(rig.DebugStatus(), Is.EqualTo(Enumerable.Repeat(NoStatus | 1, 3)));
        Assert.That(rig.Register("r12"), Is.EqualTo(3));
    }

    [Test]
    public void DataBreakpoint_OnAWrite_TrapsBehindIt()
    {
        using var rig = LongModeRig.Start(code =>
        {
            code.mov(rax, (ulong)Watched + 8);
            code.mov(dr1, rax);
            code.mov(eax, (1 << 2) | (0b1101 << 20)); // writes, 4 bytes
            code.mov(dr7, rax);
            code.mov(rbx, (ulong)Watched);
            code.mov(rdx, __qword_ptr[rbx + 8]);
            code.mov(__dword_ptr[rbx + 4], edx);
            code.inc(__byte_ptr[rbx + 11]);
            code.nop();
            code.mov(__qword_ptr[rbx + 5], rdx);
            code.hlt();
        });

        Run(rig);

        var faults = rig.Faults();
        Assert.That(faults.Select(fault => fault.Vector), Is.EqualTo(new[] { 1, 1 }));
        Assert.That(rig.DebugStatus(), Is.EqualTo(new[] { NoStatus | 2, NoStatus | 2 }));
        Assert.That(faults[1].Address - faults[0].Address, Is.EqualTo(5), "behind the NOP and the store");
    }

    [Test]
    public void DataBreakpoint_InAString_TrapsBehindEachTurn()
    {
        using var rig = ProtectedRig.Start(code =>
        {
            code.mov(eax, Watched + 2);
            code.mov(dr2, eax);
            code.mov(eax, (1 << 4) | (0b0111 << 24)); // 2 bytes, both ways
            code.mov(dr7, eax);
            code.mov(edi, Watched);
            code.mov(ecx, 8);
            code.cld();
            code.rep.stosb();
            code.hlt();
        });

        Run(rig);

        Assert.That(rig.Faults().Select(fault => fault.Vector), Is.EqualTo(new[] { 1, 1 }));
        Assert.That(rig.Faults()[0], Is.EqualTo(rig.Faults()[1]), "both in the midst of the string");
        Assert.That(rig.Register("ecx"), Is.Zero);
    }

    [Test]
    public void PortBreakpoint_TrapsBehindTheAccess()
    {
        using var rig = ProtectedRig.Start(code =>
        {
            code.mov(eax, 8);
            code.mov(cr4, eax);
            code.mov(eax, 0xea);
            code.mov(dr3, eax);
            code.mov(eax, (1 << 6) | (0b0010 << 28));
            code.mov(dr7, eax);
            code.@out(0xeb, al);
            code.@in(al, 0xea);
            code.hlt();
        });

        Run(rig);

        Assert.That(rig.Faults().Select(fault => fault.Vector), Is.EqualTo(new[] { 1 }));
        Assert.That(rig.DebugStatus(), Is.EqualTo(new[] { NoStatus | 8 }));
    }

    [Test]
    public void TrapFlag_StepsEachInstruction()
    {
        using var rig = LongModeRig.Start(code =>
        {
            code.pushfq();
            code.or(__dword_ptr[rsp], 0x100);
            code.popfq();
            code.nop();
            code.mov(ecx, 2);
            code.mov(edi, (int)Watched);
            code.rep.stosb();
            code.mov(rax, dr7);
            code.pushfq();
            code.and(__dword_ptr[rsp], ~0x100);
            code.popfq();
            code.nop();
            code.hlt();
        });

        Run(rig);

        // NOP, MOV, MOV, two turns and what finds the count at zero, MOV from DR7, PUSHF, AND, POPF.
        var faults = rig.Faults();
        Assert.That(faults, Has.All.Matches<(int Vector, ulong, ulong)>(fault => fault.Vector == 1));
        Assert.That(faults, Has.Length.InRange(9, 10));
        Assert.That(rig.DebugStatus(), Has.All.EqualTo(NoStatus | 0x4000));
    }

    [Test]
    public void Int1_IsADebugException()
    {
        using var rig = ProtectedRig.Start(code =>
        {
            code.inc(ebx);
            code.int1();
            code.inc(ebx);
            code.int3();
            code.inc(ebx);
            code.hlt();
        });

        Run(rig);

        Assert.That(rig.Faults(), Is.EqualTo(new[]
        {
            (1, 0ul, ProtectedRig.Main + 2ul), (3, 0ul, ProtectedRig.Main + 4ul),
        }));
        Assert.That(rig.Register("ebx"), Is.EqualTo(3));
        Assert.That(rig.DebugStatus(), Is.EqualTo(new[] { NoStatus }));
    }

    /// <summary>SDM volume 3, 6.8.3: the trap waits for one more instruction, and comes after what that one calls.</summary>
    [TestCase(0x90, 0, new[] { 1 }, TestName = "DataBreakpoint_OfMovSs_TrapsBehindTheNextInstruction")]
    [TestCase(0xf1, 0, new[] { 1 }, TestName = "DataBreakpoint_OfMovSs_IsOneWithThatOfInt1")]
    [TestCase(0xcc, 3, new[] { 1, 3 }, TestName = "DataBreakpoint_OfMovSs_TrapsInTheHandlerOfABreakpoint")]
    [TestCase(0x0f, 6, new[] { 6 }, TestName = "DataBreakpoint_OfMovSs_IsForgottenWithAFault")]
    public void DataBreakpoint_OfMovSs(int next, int vector, int[] vectors)
    {
        const uint behind = Target + 2;
        using var rig = ProtectedRig.Start(
            code =>
            {
                code.mov(__dword_ptr[Watched], 0x10);
                code.mov(eax, (int)Watched);
                code.mov(dr0, eax);
                code.mov(eax, 0xf_0001);
                code.mov(dr7, eax);
                code.mov(eax, (int)Watched);
                code.jmp(Target);
            },
            (Target, code => code.db(0x8e, 0x10, (byte)next, 0x0b, 0xc0, 0xf4))); // mov ss, [eax]; next; or eax, eax; hlt

        Run(rig);

        Assert.That(rig.Faults().Select(fault => fault.Vector), Is.EqualTo(vectors));
        Assert.That(rig.Faults()[0].Address, Is.EqualTo(vector switch
        {
            0 => (ulong)behind + 1,
            3 => FaultLog.HandlerOf(3),
            _ => behind,
        }));
        Assert.That(rig.DebugStatus(), Has.All.EqualTo(NoStatus | 1));
    }

    [Test]
    public void TrapFlag_AtHlt_TrapsAndDoesNotSleep()
    {
        using var rig = ProtectedRig.Start(code =>
        {
            code.pushfd();
            code.or(__dword_ptr[esp], 0x100);
            code.popfd();
            code.xor(ecx, ecx);
            code.hlt();
            code.inc(ecx);
            code.ud2();
        });

        Run(rig);

        Assert.That(rig.Faults().Select(fault => fault.Vector), Is.EqualTo(new[] { 1, 1, 1, 6 }));
        Assert.That(rig.Register("ecx"), Is.EqualTo(1));
    }

    [Test]
    public void DebugRegister_WithGeneralDetect_IsADebugFault()
    {
        using var rig = ProtectedRig.Start(code =>
        {
            code.mov(eax, 0x2000);
            code.mov(dr7, eax);
            code.mov(dr0, ebx);
            code.mov(ecx, dr7);
            code.hlt();
        });

        Run(rig);

        Assert.That(rig.DebugStatus(), Is.EqualTo(new[] { NoStatus | 0x2000 }));
        Assert.That(rig.Register("ecx"), Is.EqualTo(0x400), "GD is clear in the handler");
    }

    [Test]
    public void DebugRegister_InRing3_IsAProtectionFault()
    {
        using var rig = ProtectedRig.Start(
            code =>
            {
                code.push(ProtectedRig.UserData);
                code.push(0xb000);
                code.push(2);
                code.push(ProtectedRig.UserCode);
                code.push((int)Target);
                code.iretd();
            },
            (Target, code => code.mov(eax, dr7)));

        Run(rig);

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (13, 0ul, (ulong)Target) }));
    }

    [Test]
    public void Fault_PushesTheResumeFlag()
    {
        using var rig = LongModeRig.Start(code => code.ud2());

        rig.Machine.Run(200);

        Assert.That(rig.PushedFlags()[0] & 0x1_0000, Is.Not.Zero);
    }

    /// <summary>Straight, and an instruction at a time: the same.</summary>
    private static void Run(X86Rig rig)
    {
        const ulong end = 400;
        var start = rig.Machine.Position;
        var writer = new StateWriter();
        rig.Machine.Save(writer);
        var memory = rig.Machine.Memory.BytesFrom(0).ToArray();
        rig.Machine.Run(end);
        var straight = rig.State();
        var faults = rig.Faults();
        var reader = new StateReader(writer.Written);
        rig.Machine.Memory.Write(0, memory);
        rig.Machine.Restore(ref reader);
        Assert.That(rig.Machine.Position, Is.EqualTo(start));
        while (rig.Machine.Position < end
            && rig.Machine.Run(rig.Machine.Position + 1).Kind == StopKind.LimitReached)
        {
        }

        Assert.That(rig.Faults(), Is.EqualTo(faults));
        Assert.That(rig.State(), Is.EqualTo(straight));
    }
}
