using Iced.Intel;
using Reprise.Emulation.Machines;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>Faults on the way into a handler, stacks of the IST, NMI, NX, and task gates.</summary>
public sealed class ExceptionTests
{
    private const uint Handler = 0x8a00;
    private const uint PageTable = 0x1_1000;
    private const ulong Present = 7;
    private const uint NotThere = 0x9000_0000;

    /// <summary>32-bit code without a page for its stack can't even enter the double fault.</summary>
    [Test]
    public void Fault_WithoutAStack_ShutsDown()
    {
        using var rig = LongModeRig.Start(code =>
        {
            code.mov(rsp, (ulong)NotThere);
            code.ud2();
        });

        Assert.That(rig.Machine.Run(200).Kind, Is.EqualTo(StopKind.Halted));
        Assert.That(rig.Processor.Halted, Does.Contain("double fault"));
    }

    [Test]
    public void Fault_WithoutAStack_IsADoubleFaultOnAnotherStack()
    {
        using var rig = LongModeRig.Start(code =>
        {
            code.mov(rsp, (ulong)NotThere);
            code.ud2();
        });
        LongModeRig.Gate(rig, 8, FaultLog.HandlerOf(8), stack: 1);

        Assert.That(rig.Machine.Run(200).Kind, Is.EqualTo(StopKind.Sleeping));
        Assert.That(rig.Faults()[0].Vector, Is.EqualTo(8));
        Assert.That(rig.Register("cr2"), Is.EqualTo(NotThere - 8));
        Assert.That(rig.Register("rsp"), Is.InRange(LongModeRig.InterruptStack - 100, LongModeRig.InterruptStack));
    }

    [Test]
    public void Nmi_InItsHandler_WaitsForTheReturn()
    {
        using var rig = LongModeRig.Start(
            code =>
            {
                var loop = code.CreateLabel();
                code.Label(ref loop);
                code.inc(rbx);
                code.jmp(loop);
            },
            (Handler, code =>
            {
                code.inc(r12d);
                code.nop();
                code.nop();
                code.nop();
                code.nop();
                code.iretq();
            }
        ));
        LongModeRig.Gate(rig, 2, Handler, stack: 1);
        rig.Machine.Run(100);
        Nmi(rig);
        rig.Machine.Run(103);
        Nmi(rig);
        rig.Machine.Run(104);
        Assert.That(rig.Register("r12"), Is.EqualTo(1));
        rig.Machine.Run(300);

        Assert.That(rig.Register("r12"), Is.EqualTo(2));
    }

    [Test]
    public void Fetch_OfAPageThatMayNotRun_IsAPageFault()
    {
        using var rig = WithPages(enableNoExecute: true, code =>
        {
            code.mov(rax, (ulong)0x2_3000);
            code.call(rax);
        });
        LongModeRig.Quad(rig, PageTable + 0x23 * 8, 0x2_3000 | Present | 1ul << 63);

        rig.Machine.Run(300);

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (14, 0x11ul, 0x2_3000ul) }));
        Assert.That(rig.Register("cr2"), Is.EqualTo(0x2_3000));
    }

    [Test]
    public void Read_OfAPageThatMayNotRun_IsNone()
    {
        using var rig = WithPages(enableNoExecute: true, code =>
        {
            code.mov(rbx, __qword_ptr[0x2_3000]);
            code.hlt();
        });
        LongModeRig.Quad(rig, PageTable + 0x23 * 8, 0x2_3000 | Present | 1ul << 63);

        rig.Machine.Run(300);

        Assert.That(rig.Faults(), Is.Empty);
        Assert.That(Entry(rig, 0x23) & 0x60, Is.EqualTo(0x20), "accessed, and not dirty");
    }

    [Test]
    public void NoExecute_NotEnabled_IsAReservedBit()
    {
        using var rig = WithPages(enableNoExecute: false, code =>
        {
            code.mov(__qword_ptr[0x2_3008], rbx);
            code.hlt();
        });
        LongModeRig.Quad(rig, PageTable + 0x23 * 8, 0x2_3000 | Present | 1ul << 63);

        rig.Machine.Run(300);

        Assert.That(rig.Faults()[0].Vector, Is.EqualTo(14));
        Assert.That(rig.Faults()[0].ErrorCode, Is.EqualTo(0xb), "reserved, a write, present");
    }

    [Test]
    public void Access_OverTwoPages_FaultsAtTheSecondAndChangesNothing()
    {
        using var rig = WithPages(enableNoExecute: false, code =>
        {
            code.mov(rbx, 0x1122_3344_5566_7788);
            code.mov(__qword_ptr[0x2_3ffd], rbx);
            code.hlt();
        });
        LongModeRig.Quad(rig, PageTable + 0x24 * 8, 0);

        rig.Machine.Run(300);

        Assert.That(rig.Faults()[0].ErrorCode, Is.EqualTo(2));
        Assert.That(rig.Register("cr2"), Is.EqualTo(0x2_4000));
        Assert.That(rig.Machine.Memory.BytesFrom(0x2_3ffd)[0], Is.Zero);
    }

    /// <summary>What is read, changed and written must not have been written in part when it is done again.</summary>
    [Test]
    public void Change_OverTwoPages_OfWhichTheSecondIsReadOnly_ChangesNothing()
    {
        using var rig = WithPages(enableNoExecute: false, code =>
        {
            code.mov(rax, cr0);
            code.or(eax, 0x1_0000);
            code.mov(cr0, rax);
            code.mov(__byte_ptr[0x2_3fff], 1);
            code.mov(rbx, 0x0101_0101_0101_0101);
            code.add(__qword_ptr[0x2_3ffd], rbx);
            code.hlt();
        });
        LongModeRig.Quad(rig, PageTable + 0x24 * 8, 0x2_4000 | 5);

        rig.Machine.Run(300);

        Assert.That(rig.Faults()[0].ErrorCode, Is.EqualTo(3));
        Assert.That(rig.Register("cr2"), Is.EqualTo(0x2_4000));
        Assert.That(rig.Machine.Memory.BytesFrom(0x2_3ffd)[..3].ToArray(), Is.EqualTo(new byte[] { 0, 0, 1 }));
    }

    [TestCase(0x50, 13, 0x50u, TestName = "Load_OfAnAbsentDescriptor_NamesIt")]
    [TestCase(0x28, 13, 0x28u, TestName = "Load_OfATask_NamesIt")]
    public void Load_OfSegments(int selector, int vector, uint error)
    {
        using var rig = ProtectedRig.Start(code =>
        {
            code.mov(eax, selector);
            code.mov(ds, ax);
        });

        rig.Machine.Run(200);

        Assert.That(rig.Faults()[0].Vector, Is.EqualTo(vector));
        Assert.That(rig.Faults()[0].ErrorCode, Is.EqualTo(error));
    }

    [Test]
    public void Int_ThroughAGateOfTheKernel_NamesTheGate()
    {
        using var rig = ProtectedRig.Start(
            code =>
            {
                code.push(ProtectedRig.UserData);
                code.push(0xb000);
                code.push(2);
                code.push(ProtectedRig.UserCode);
                code.push((int)Handler);
                code.iretd();
            },
            (Handler, code => code.@int(0x10)));

        rig.Machine.Run(200);

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (13, (0x10ul * 8) + 2, (ulong)Handler) }));
    }

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
                code.int3(); // once: Unicorn's IRET saves a task of 16 bits in the layout of the next one
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
        Assert.That(Word(rig, 0x2_0008), Is.EqualTo(1), "how often it ran");
        Assert.That(Word(rig, 0x2_0000), Is.EqualTo(0xffff_4321), "its ecx");
        Assert.That(Word(rig, 0x2_0004), Is.Zero, "its fs");
        Assert.That(rig.Register("ebx"), Is.EqualTo(0x1234_0006));
        Assert.That(rig.Register("eax"), Is.EqualTo(0x20), "fs of the old task");
    }

    private const uint ShortTable = 0x6700;

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

    private static void Nmi(X86Rig rig)
    {
        rig.Processor.Pins.SetNmi(false);
        rig.Processor.Pins.SetNmi(true);
        rig.Machine.Run(rig.Machine.Position + 1);
    }

    private static uint Word(X86Rig rig, uint address) => BitConverter.ToUInt32(rig.Machine.Memory.BytesFrom(address));

    private static ulong Entry(X86Rig rig, int page) =>
        BitConverter.ToUInt64(rig.Machine.Memory.BytesFrom(PageTable + (ulong)page * 8));

    /// <summary>The first 2 MiB by pages of 4 KiB.</summary>
    private static X86Rig WithPages(bool enableNoExecute, Action<Assembler> main)
    {
        var rig = LongModeRig.Start(code =>
        {
            code.mov(ecx, 0xc000_0080);
            code.mov(eax, enableNoExecute ? 0x900 : 0x100);
            code.xor(edx, edx);
            code.wrmsr();
            main(code);
        });
        LongModeRig.Quad(rig, LongModeRig.PageDirectory, PageTable | Present);
        for (var page = 0u; page < 512; page++)
        {
            LongModeRig.Quad(rig, PageTable + page * 8, page << 12 | Present);
        }

        return rig;
    }
}
