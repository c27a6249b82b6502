using Iced.Intel;
using Reprise.Emulation.Machines;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>Switches of tasks by gates, by far transfers and by IRET (SDM volume 3, 7.3).</summary>
public sealed class TaskSwitchTests
{
    private const uint Handler = 0x8a00;
    private const uint Counter = 0x2_0000;
    private const uint ShortTable = 0x6700;
    private const int Gate = 0x38; // of the GDT, for the other task
    private const int FirstTask = 0x28;
    private const uint Gdt = 0x6000;
    private const uint NestedTask = 0x4000;

    [Test]
    public void Fault_WithoutAStack_IsADoubleFaultInAnotherTask()
    {
        using var rig = ProtectedRig.Start(
            code =>
            {
                code.mov(ebx, 0x1234_5678);
                code.mov(eax, ProtectedRig.UserData);
                code.mov(es, ax);
                code.mov(__dword_ptr[ProtectedRig.Task + 0x1c], eax);
                code.lidt(__[(int)ShortTable]);
                code.ud2();
            },
            (Handler, code =>
            {
                code.pop(esi);
                code.mov(edi, cr0);
                code.mov(ebp, esp);
                code.str(ax);
                code.hlt();
            }
        ));
        OtherTask(rig);
        ProtectedRig.Gate(rig, 8, ProtectedRig.OtherTask, 0x8500);
        ProtectedRig.Gate(rig, 6, 0, 0);
        ProtectedRig.Gate(rig, 13, 0, 0);
        ProtectedRig.Quad(rig, ShortTable, (ulong)0x9000 << 16 | 0x7ff);

        Assert.That(rig.Machine.Run(200).Kind, Is.EqualTo(StopKind.Sleeping));

        Assert.That(rig.Register("esi"), Is.Zero, "error code");
        Assert.That(rig.Register("edi") & 8, Is.EqualTo(8), "TS");
        Assert.That(rig.Register("ebp"), Is.EqualTo(0xb800));
        Assert.That(rig.Register("eax"), Is.EqualTo(ProtectedRig.OtherTask));
        Assert.That(Word(rig, ProtectedRig.Task + 52), Is.EqualTo(0x1234_5678), "ebx of the old task");
        Assert.That(Word(rig, ProtectedRig.Task + 72) & 0xffff, Is.EqualTo((uint)ProtectedRig.UserData), "its es");
        Assert.That(Word(rig, ProtectedRig.OtherTaskState) & 0xffff, Is.EqualTo(0x28), "link");
        Assert.That(rig.Register("eflags") & 0x4000, Is.EqualTo(0x4000), "NT");
    }

    [Test]
    public void TaskGate_OfABreakpoint_ComesBackByIret()
    {
        using var rig = ProtectedRig.Start(
            code =>
            {
                code.mov(ebx, 5);
                code.int3();
                code.inc(ebx);
                code.int3();
                code.inc(ebx);
                code.str(ax);
                code.hlt();
            },
            (Handler, code =>
            {
                var loop = code.CreateLabel();
                code.Label(ref loop);
                code.inc(__dword_ptr[0x2_0000]);
                code.iretd();
                code.jmp(loop);
            }
        ));
        OtherTask(rig);
        ProtectedRig.Gate(rig, 3, ProtectedRig.OtherTask, 0x8500);

        Assert.That(rig.Machine.Run(200).Kind, Is.EqualTo(StopKind.Sleeping));

        Assert.That(rig.Register("ebx"), Is.EqualTo(7));
        Assert.That(Word(rig, 0x2_0000), Is.EqualTo(2));
        Assert.That(rig.Register("eax"), Is.EqualTo(0x28));
        Assert.That(rig.Register("eflags") & 0x4000, Is.Zero);
    }

    [TestCase(43u, 3, TestName = "TaskGate_OfATaskOf16Bits_SavesAndLoadsItsHalves")]
    [TestCase(42u, 10, TestName = "TaskGate_OfATaskOf16BitsThatIsTooShort_IsAnInvalidTask")]
    public void TaskGate_OfATaskOf16Bits(uint limit, int vector)
    {
        using var rig = ProtectedRig.Start(
            code =>
            {
                code.mov(ebx, 0x1234_0005);
                code.mov(eax, 0x20);
                code.mov(fs, ax);
                code.int3();
                code.inc(ebx);
                code.int3();
                code.inc(ebx);
                code.mov(eax, fs);
                code.hlt();
            },
            (Handler, code =>
            {
                code.mov(__dword_ptr[0x2_0000], ecx);
                code.mov(eax, fs);
                code.mov(__dword_ptr[0x2_0004], eax);
                code.inc(__dword_ptr[0x2_0008]);
                code.iretd();
                code.jmp(Handler);
            }
        ));
        var memory = rig.Machine.Memory;
        foreach (var (offset, value) in new (uint, int)[]
        {
            (14, (int)Handler), (16, 2), (20, 0x4321), (26, 0xb800), (34, 0x10), (36, 8), (38, 0x38), (40, 0x10),
        })
        {
            memory.Write(ProtectedRig.OtherTaskState + offset, BitConverter.GetBytes((short)value));
        }

        ProtectedRig.Quad(rig, 0x6038, 0x0000_9200_0000_ffff); // a stack of 16 bits, since the upper half of ESP is all ones
        ProtectedRig.Quad(rig, 0x6000 + ProtectedRig.OtherTask, limit | (ulong)ProtectedRig.OtherTaskState << 16 | 0x8100ul << 32);
        ProtectedRig.Gate(rig, 3, ProtectedRig.OtherTask, 0x8500);

        Assert.That(rig.Machine.Run(200).Kind, Is.EqualTo(StopKind.Sleeping));

        if (vector == 10)
        {
            Assert.That(rig.Faults().Select(fault => (fault.Vector, fault.ErrorCode)), Is.EqualTo(new[] { (10, ProtectedRig.OtherTask | 0ul) }));
            return;
        }

        Assert.That(rig.Faults(), Is.Empty);
        Assert.That(Word(rig, 0x2_0008), Is.EqualTo(2), "how often it ran");
        Assert.That(Word(rig, 0x2_0000), Is.EqualTo(0xffff_4321), "its ecx");
        Assert.That(Word(rig, 0x2_0004), Is.Zero, "its fs");
        Assert.That(rig.Register("ebx"), Is.EqualTo(0x1234_0007));
        Assert.That(rig.Register("eax"), Is.EqualTo(0x20), "fs of the old task");
    }

    [TestCase(ProtectedRig.OtherTask, TestName = "FarCall_OfATask_ComesBackByIret")]
    [TestCase(Gate, TestName = "FarCall_OfATaskGate_ComesBackByIret")]
    public void FarCall(int selector)
    {
        using var rig = StartWithOther(
            code =>
            {
                code.mov(ebx, 5);
                FarCall(code, selector);
                code.inc(ebx);
                FarCall(code, selector);
                code.inc(ebx);
                code.str(ax);
                code.hlt();
            },
            Count);

        Assert.That(rig.Machine.Run(200).Kind, Is.EqualTo(StopKind.Sleeping));

        Assert.That(rig.Faults(), Is.Empty);
        Assert.That(rig.Register("ebx"), Is.EqualTo(7));
        Assert.That(Word(rig, Counter), Is.EqualTo(2));
        Assert.That(Word(rig, Counter + 4) & NestedTask, Is.EqualTo(NestedTask), "NT in the other task");
        Assert.That(rig.Register("eflags") & NestedTask, Is.Zero);
        Assert.That(rig.Register("eax"), Is.EqualTo((uint)FirstTask));
        Assert.That(TypeOf(rig, FirstTask), Is.EqualTo(0x8b), "busy");
        Assert.That(TypeOf(rig, ProtectedRig.OtherTask), Is.EqualTo(0x89), "available");
        Assert.That(Word(rig, ProtectedRig.OtherTaskState + 36) & NestedTask, Is.Zero, "NT that IRET saves");
    }

    [Test]
    public void FarJump_ThroughMemory_LeavesTheOldTaskForGood()
    {
        using var rig = StartWithOther(
            code =>
            {
                code.mov(__word_ptr[Counter + 12], ProtectedRig.OtherTask);
                code.jmp(__fword_ptr[Counter + 8]);
            },
            code =>
            {
                code.pushfd();
                code.pop(edx);
                code.str(ax);
                code.hlt();
            });

        Assert.That(rig.Machine.Run(200).Kind, Is.EqualTo(StopKind.Sleeping));

        Assert.That(rig.Faults(), Is.Empty);
        Assert.That(rig.Register("eax"), Is.EqualTo((uint)ProtectedRig.OtherTask));
        Assert.That(rig.Register("edx") & NestedTask, Is.Zero);
        Assert.That(TypeOf(rig, FirstTask), Is.EqualTo(0x89), "available");
        Assert.That(TypeOf(rig, ProtectedRig.OtherTask), Is.EqualTo(0x8b), "busy");
    }

    [TestCase(FirstTask, 13, (uint)FirstTask, TestName = "FarCall_OfTheTaskThatRuns_IsAProtectionFault")]
    [TestCase(ProtectedRig.OtherTask | 3, 13, (uint)ProtectedRig.OtherTask, TestName = "FarCall_WithTooLowALevel_IsAProtectionFault")]
    [TestCase(0x40, 11, 0x40u, TestName = "FarCall_OfATaskThatIsNotPresent_SaysSo")]
    [TestCase(0x48, 10, 0x48u, TestName = "FarCall_OfATaskThatIsTooShort_IsAnInvalidTask")]
    [TestCase(0x50, 11, 0x50u, TestName = "FarCall_OfATaskGateThatIsNotPresent_SaysSo")]
    [TestCase(0x58, 13, 8u, TestName = "FarCall_OfATaskGateOfNoTask_IsAProtectionFault")]
    public void FarCall_InVain(int selector, int vector, uint error)
    {
        using var rig = StartWithOther(code => FarCall(code, selector), Count);
        ProtectedRig.Quad(rig, Gdt + 0x40, 103 | (ulong)ProtectedRig.OtherTaskState << 16 | 0x0900ul << 32);
        ProtectedRig.Quad(rig, Gdt + 0x48, 102 | (ulong)ProtectedRig.OtherTaskState << 16 | 0x8900ul << 32);
        ProtectedRig.Quad(rig, Gdt + 0x50, (ulong)ProtectedRig.OtherTask << 16 | 0x0500ul << 32);
        ProtectedRig.Quad(rig, Gdt + 0x58, 8ul << 16 | 0x8500ul << 32);

        rig.Machine.Run(200);

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (vector, (ulong)error, (ulong)ProtectedRig.Main) }));
    }

    [Test]
    public void Iret_ToATaskThatIsNotBusy_IsAnInvalidTask()
    {
        using var rig = StartWithOther(
            code =>
            {
                code.mov(__word_ptr[ProtectedRig.Task], ProtectedRig.OtherTask);
                code.push((int)NestedTask | 2);
                code.popfd();
                code.iretd();
            },
            Count);

        rig.Machine.Run(200);

        Assert.That(
            rig.Faults().Select(fault => (fault.Vector, fault.ErrorCode)),
            Is.EqualTo(new[] { (10, (ulong)ProtectedRig.OtherTask) }));
    }

    [Test]
    public void FarCall_OfATaskThatTraps_TrapsBeforeItsFirstInstruction()
    {
        using var rig = StartWithOther(
            code =>
            {
                FarCall(code, ProtectedRig.OtherTask);
                code.hlt();
            },
            Count);
        rig.Machine.Memory.Write(ProtectedRig.OtherTaskState + 100, [1, 0]);

        Assert.That(rig.Machine.Run(200).Kind, Is.EqualTo(StopKind.Sleeping));

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (1, 0ul, (ulong)Handler) }));
        Assert.That(rig.DebugStatus()[0] & 0xe00f, Is.EqualTo(0x8000), "BT");
        Assert.That(Word(rig, Counter), Is.EqualTo(1));
    }

    /// <summary>The fault is the new task's, and the length of INT is no part of its pointer.</summary>
    [Test]
    public void Breakpoint_ToATaskWithoutData_FaultsInTheNewTask()
    {
        using var rig = StartWithOther(code => code.int3(), Count);
        ProtectedRig.Gate(rig, 3, ProtectedRig.OtherTask, 0x8500);
        rig.Machine.Memory.Write(ProtectedRig.OtherTaskState + 84, [FirstTask, 0]); // DS

        rig.Machine.Run(200);

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (10, (ulong)FirstTask, (ulong)Handler) }));
        Assert.That(Word(rig, ProtectedRig.Task + 32), Is.EqualTo(ProtectedRig.Main + 1), "where the old task goes on");
    }

    [Test]
    public void FarJump_ToATaskOfVirtualMode_RunsItInRing3()
    {
        using var rig = StartWithOther(
            code => FarJump(code, ProtectedRig.OtherTask),
            code =>
            {
                code.db(0x8c, 0xc8); // mov ax, cs
                code.db(0xa3, 0, 1); // mov [0x100], ax
                code.db(0xf4); // hlt
            });
        var memory = rig.Machine.Memory;
        memory.Write(ProtectedRig.OtherTaskState + 4, BitConverter.GetBytes(ProtectedRig.Stack));
        memory.Write(ProtectedRig.OtherTaskState + 8, BitConverter.GetBytes(0x10));
        memory.Write(ProtectedRig.OtherTaskState + 32, BitConverter.GetBytes(Handler - 0x8000));
        memory.Write(ProtectedRig.OtherTaskState + 36, BitConverter.GetBytes(0x2_0002));
        memory.Write(ProtectedRig.OtherTaskState + 76, BitConverter.GetBytes(0x800));
        memory.Write(ProtectedRig.OtherTaskState + 84, BitConverter.GetBytes(0x2000));

        rig.Machine.Run(200);

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (13, 0ul, (ulong)Handler + 5 - 0x8000) }));
        Assert.That(rig.PushedFlags()[0] & 0x2_0000, Is.EqualTo(0x2_0000), "VM");
        Assert.That(Word(rig, 0x2_0100) & 0xffff, Is.EqualTo(0x800), "DS is a paragraph, and CS");
    }

    /// <summary>Positions at each step of a switch are the same, and so are the states there.</summary>
    [Test]
    public void Run_ThatSwitchesTasks_IsTheSameHoweverItIsChopped()
    {
        using var straight = Switching();
        using var chopped = Switching();
        var random = new Random(3);
        for (var position = 40ul; position < 4000; position += 40)
        {
            straight.Machine.Run(position);
            chopped.RunInPieces(position, random);
            Assert.That(chopped.State(), Is.EqualTo(straight.State()));
        }

        Assert.That(Word(straight, Counter), Is.GreaterThan(100u));

        static X86Rig Switching() => StartWithOther(
            code =>
            {
                var loop = code.CreateLabel();
                code.Label(ref loop);
                FarCall(code, ProtectedRig.OtherTask);
                code.inc(ebx);
                FarCall(code, Gate);
                code.jmp(loop);
            },
            Count);
    }

    /// <param name="main">The first task.</param>
    /// <param name="other">The other one, with a gate of its own.</param>
    private static X86Rig StartWithOther(Action<Assembler> main, Action<Assembler> other)
    {
        var rig = ProtectedRig.Start(main, (Handler, other));
        OtherTask(rig);
        ProtectedRig.Quad(rig, Gdt + Gate, (ulong)ProtectedRig.OtherTask << 16 | 0x8500ul << 32);
        return rig;
    }

    private static void Count(Assembler code)
    {
        code.inc(__dword_ptr[Counter]);
        code.pushfd();
        code.pop(__dword_ptr[Counter + 4]);
        code.iretd();
        code.jmp(Handler);
    }

    private static void FarCall(Assembler code, int selector) => code.db(0x9a, 0, 0, 0, 0, (byte)selector, 0);

    private static void FarJump(Assembler code, int selector) => code.db(0xea, 0, 0, 0, 0, (byte)selector, 0);

    private static void OtherTask(X86Rig rig)
    {
        var memory = rig.Machine.Memory;
        Put(32, Handler);
        Put(36, 2);
        Put(56, 0xb800);
        Put(76, 8);
        foreach (var offset in (uint[])[72, 80, 84, 88, 92])
        {
            Put(offset, 0x10);
        }

        void Put(uint offset, uint value) => memory.Write(ProtectedRig.OtherTaskState + offset, BitConverter.GetBytes(value));
    }

    private static byte TypeOf(X86Rig rig, int selector) => rig.Machine.Memory.BytesFrom(Gdt + (uint)selector + 5)[0];

    private static uint Word(X86Rig rig, uint address) => BitConverter.ToUInt32(rig.Machine.Memory.BytesFrom(address));
}
