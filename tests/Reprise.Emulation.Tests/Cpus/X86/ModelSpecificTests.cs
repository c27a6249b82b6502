using Iced.Intel;
using Reprise.Emulation.Cpus.X86;
using Reprise.Emulation.State;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>MSRs, CR8 and CPUID where QEMU can't be asked; IdentityAgainstQemuTests has the rest.</summary>
public sealed class ModelSpecificTests
{
    private const uint TimeStamp = 0x10;
    private const uint BankStatus = 0x401;
    private const uint BoundConfiguration = 0xd90;
    private const uint HostSave = 0xc001_0117;

    [Test]
    public void Wrmsr_OfTheTimeStamp_GoesOnFromThere()
    {
        using var rig = LongModeRig.Start(WriteTimeStamp);

        rig.Machine.Run(1000);

        Assert.That(rig.Register("rdi") - 0x5_0000_0000, Is.InRange(0, 400), "rdtsc");
        Assert.That(rig.Register("rsi") - rig.Register("rdi"), Is.InRange(1, 400), "rdmsr");
    }

    [Test]
    public void Run_Chopped_IsTheSame()
    {
        using var straight = LongModeRig.Start(WriteTimeStamp);
        straight.Machine.Run(1000);
        using var stepped = LongModeRig.Start(WriteTimeStamp);
        while (!stepped.Machine.Processor.Sleeping)
        {
            var writer = new StateWriter();
            stepped.Machine.Save(writer);
            var reader = new StateReader(writer.Written);
            stepped.Machine.Restore(ref reader);
            stepped.Machine.Run(stepped.Machine.Position + 1);
        }

        Assert.That(stepped.State(), Is.EqualTo(straight.State()));
    }

    [Test]
    public void MoveCr8_IsTheTaskPriority()
    {
        using var rig = LongModeRig.Start(code =>
        {
            code.mov(eax, 9);
            code.mov(cr8, rax);
            code.mov(r12, cr8);
            code.mov(eax, 16);
            code.mov(cr8, rax);
        });

        rig.Machine.Run(1000);

        Assert.That(rig.Ports.TaskPriorityClass, Is.EqualTo(9));
        Assert.That(rig.Register("r12"), Is.EqualTo(9));
        Assert.That(rig.Faults().Select(fault => fault.Vector), Is.EqualTo(new[] { 13 }), "above 15");
    }

    [TestCase(0x820u, true)]
    [TestCase(0x8000_0020u, true)]
    [TestCase(0x7a0u, false)]
    public void MoveCr4_ToAReservedBit_Faults(uint value, bool isReserved)
    {
        using var rig = LongModeRig.Start(code =>
        {
            code.mov(eax, value);
            code.mov(cr4, rax);
            code.hlt();
        });

        rig.Machine.Run(1000);

        Assert.That(rig.Faults().Select(fault => fault.Vector), Is.EqualTo(isReserved ? new[] { 13 } : []));
        Assert.That(rig.Register("cr4"), Is.EqualTo(isReserved ? 0x20 : value));
    }

    [Test]
    public void Wrmsr_OfWhatIsReserved_Faults()
    {
        using var rig = LongModeRig.Start(code =>
        {
            code.mov(ecx, HostSave);
            code.mov(eax, 0x1001);
            code.xor(edx, edx);
            code.wrmsr();
        });

        rig.Machine.Run(1000);

        Assert.That(rig.Faults().Select(fault => fault.Vector), Is.EqualTo(new[] { 13 }));
    }

    [Test]
    public void Wrmsr_OfAnAddressThatIsNotCanonical_Faults(
        [Values(0xc000_0082, 0xc000_0083, 0xc000_0100, 0xc000_0101, 0xc000_0102)] uint register, [Values] bool isCanonical)
    {
        using var rig = LongModeRig.Start(code =>
        {
            code.mov(ecx, register);
            code.mov(eax, 0x1000);
            code.mov(edx, isCanonical ? 0xffff_8000 : 0x8000);
            code.wrmsr();
            code.rdmsr();
            code.mov(edi, edx);
            code.hlt();
        });

        rig.Machine.Run(1000);

        Assert.That(rig.Faults().Select(fault => fault.Vector), Is.EqualTo(isCanonical ? [] : new[] { 13 }));
        Assert.That((uint)rig.Register("rdi") == 0xffff_8000, Is.EqualTo(isCanonical));
    }

    [Test]
    public void Cpuid_WithTheApicDisabled_DoesNotAnnounceIt()
    {
        using var rig = LongModeRig.Start(code =>
        {
            code.mov(eax, 1);
            code.cpuid();
            code.mov(edi, edx);
            code.mov(ecx, 0x1b);
            code.mov(eax, 0xfee0_0100);
            code.xor(edx, edx);
            code.wrmsr();
            code.mov(eax, 1);
            code.cpuid();
            code.hlt();
        });

        rig.Machine.Run(1000);

        Assert.That((rig.Register("rdi") & 0x200, rig.Register("rdx") & 0x200), Is.EqualTo((0x200ul, 0ul)));
    }

    private static void WriteTimeStamp(Assembler code)
    {
        code.mov(ecx, BankStatus);
        code.wrmsr();
        code.mov(ecx, BoundConfiguration);
        code.wrmsr();
        code.mov(ecx, TimeStamp);
        code.xor(eax, eax);
        code.mov(edx, 5);
        code.wrmsr();
        code.rdtsc();
        code.shl(rdx, 32);
        code.lea(rdi, __[rdx + rax]);
        code.mov(ecx, TimeStamp);
        code.rdmsr();
        code.shl(rdx, 32);
        code.lea(rsi, __[rdx + rax]);
        code.mov(ecx, BankStatus);
        code.rdmsr();
        code.hlt();
    }
}
