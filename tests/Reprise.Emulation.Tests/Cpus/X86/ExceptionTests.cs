using Iced.Intel;
using Reprise.Emulation.Machines;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>Faults on the way into a handler, stacks of the IST, NMI, and NX.</summary>
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

    private static void Nmi(X86Rig rig)
    {
        rig.Processor.Pins.SetNmi(false);
        rig.Processor.Pins.SetNmi(true);
        rig.Machine.Run(rig.Machine.Position + 1);
    }

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
