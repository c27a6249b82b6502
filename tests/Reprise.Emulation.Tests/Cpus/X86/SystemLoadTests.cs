using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>Loads of system registers in 64-bit code that fault by what is loaded.</summary>
public sealed class SystemLoadTests
{
    private const uint Operand = 0xd000;
    private const uint At = 0x8800;
    private const ulong NotCanonical = 0x0000_8000_0000_0000;
    private const int Selector = 0x40;

    [TestCase("lgdt")]
    [TestCase("lidt")]
    public void Table_AtAnAddressThatIsNotCanonical_IsAProtectionFault(string name)
    {
        using var rig = Start(code => Load(code, name));
        rig.Machine.Memory.Write(Operand, [0x7f, 0, .. BitConverter.GetBytes(NotCanonical)]);
        rig.Machine.Run(400);

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (13, 0ul, (ulong)At) }));
    }

    [TestCase("lgdt")]
    [TestCase("lidt")]
    public void Table_AtAnyOtherAddress_IsTaken(string name)
    {
        using var rig = Start(code =>
        {
            Load(code, name);
            code.mov(eax, 1);
            code.hlt();
        });
        rig.Machine.Memory.Write(Operand, [0x7f, 0, .. BitConverter.GetBytes(0xffff_8000_0000_0000)]);
        rig.Machine.Run(400);

        Assert.That(rig.Register("rax"), Is.EqualTo(1));
        Assert.That(rig.Faults(), Is.Empty);
    }

    [TestCase("ltr", 9, NotCanonical, true)]
    [TestCase("ltr", 9, 0xffff_8000_0000_0000, false)]
    [TestCase("lldt", 2, NotCanonical, true)]
    [TestCase("lldt", 2, 0xffff_8000_0000_0000, false)]
    public void Descriptor_WithABase_FaultsWhenItIsNotCanonical(string name, int type, ulong place, bool faults)
    {
        using var rig = Start(code =>
        {
            code.mov(eax, Selector);
            code.db(0x0f, 0x00, (byte)(name == "ltr" ? 0xd8 : 0xd0));
            code.hlt();
        });
        LongModeRig.Quad(
            rig,
            LongModeRig.Gdt + Selector,
            103 | (place & 0xff_ffff) << 16 | (ulong)(uint)(type | 0x80) << 40 | (place >> 24 & 0xff) << 56);
        LongModeRig.Quad(rig, LongModeRig.Gdt + Selector + 8, place >> 32);
        rig.Machine.Run(400);

        Assert.That(rig.Faults(), faults ? Is.EqualTo(new[] { (13, (ulong)Selector, At + 5ul) }) : Is.Empty);
    }

    [TestCase(0, false)]
    [TestCase(1, true)]
    [TestCase(3, true)]
    public void NullStackSegment_ForAnotherLevel_IsAProtectionFault(int selector, bool faults)
    {
        using var rig = Start(code =>
        {
            code.mov(eax, selector);
            code.mov(ss, ax);
            code.hlt();
        });
        rig.Machine.Run(400);

        Assert.That(rig.Faults(), faults ? Is.EqualTo(new[] { (13, 0ul, At + 5ul) }) : Is.Empty);
    }

    private static void Load(Assembler code, string name)
    {
        if (name == "lgdt")
        {
            code.lgdt(__[Operand]);
        }
        else
        {
            code.lidt(__[Operand]);
        }
    }

    private static X86Rig Start(Action<Assembler> put) => LongModeRig.Start(code => code.jmp(At), (At, put));
}
