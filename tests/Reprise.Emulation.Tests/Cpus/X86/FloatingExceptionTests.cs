using Iced.Intel;
using Reprise.Emulation.Machines;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>Exception flags of the x87's status word and of MXCSR (SDM volume 1, 8.1.3 and 10.2.3).</summary>
public sealed class FloatingExceptionTests
{
    private const uint Results = 0x2_0000;
    private const uint Numbers = 0x2_1000;
    private const uint Three = Numbers;
    private const uint Huge = Numbers + 4;
    private const uint Tiny = Numbers + 8;
    private const uint Zero = Numbers + 12;
    private const uint MinusOne = Numbers + 16;
    private const uint One = Numbers + 20;
    private const uint Scratch = Numbers + 24;
    private const uint VectorControl = Numbers + 32;
    private const uint Control = Numbers + 36;

    private const ushort Invalid = 1;
    private const ushort DivideByZero = 4;
    private const ushort Overflow = 8;
    private const ushort Underflow = 16;
    private const ushort Inexact = 32;

    private static readonly ushort[] _expected =
    [
        Inexact, 0, Invalid, Invalid | Overflow | Inexact, Underflow | Inexact, DivideByZero, // x87
        Inexact, Inexact | Overflow, 0, Underflow | Inexact, DivideByZero, Invalid, // SSE
    ];

    [Test]
    public void Flags_AfterArithmetic_AreThoseOfTheManual()
    {
        using var rig = Start();
        Run(rig, 10_000);

        Assert.That(Words(rig), Is.EqualTo(_expected));
    }

    [Test]
    public void Flags_RunInPieces_AreTheSame()
    {
        using var straight = Start();
        Run(straight, 10_000);
        for (var piece = 1ul; piece < 8; piece++)
        {
            using var chopped = Start();
            while (!chopped.Machine.Processor.Sleeping)
            {
                chopped.Machine.Run(chopped.Machine.Position + piece);
                chopped.Register("fstat");
                chopped.State();
            }

            Assert.That(chopped.State(), Is.EqualTo(straight.State()), $"in pieces of {piece}");
        }
    }

    [Test]
    public void Wait_BehindAnExceptionThatIsNotMasked_RaisesIt()
    {
        using var rig = ProtectedRig.Start(code =>
        {
            code.mov(eax, 0x31);
            code.mov(cr0, eax);
            code.fninit();
            code.mov(__word_ptr[Control], 0x37f & ~Inexact);
            code.fldcw(__word_ptr[Control]);
            code.fld1();
            code.fdiv(__dword_ptr[Three]);
            code.nop();
            code.jmp(ProtectedRig.Main + 0x100);
        }, (ProtectedRig.Main + 0x100, code => code.wait()));
        Put(rig);

        Run(rig, 1000);

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (16, 0ul, (ulong)ProtectedRig.Main + 0x100) }));
        Assert.That(rig.Register("fstat") & 0x80ff, Is.EqualTo(0x80a0));
    }

    [Test]
    public void Pointers_OfTheLastInstruction_AreStoredAndShown()
    {
        using var rig = ProtectedRig.Start(
            code => code.jmp(ProtectedRig.Main + 0x100),
            (ProtectedRig.Main + 0x100, code =>
            {
                code.fld(__dword_ptr[Three]);
                code.fnstenv(__[Results]);
                code.hlt();
            }));
        Put(rig);

        Run(rig, 1000);

        var stored = rig.Machine.Memory.BytesFrom(Results);
        Assert.That(BitConverter.ToUInt32(stored[12..]), Is.EqualTo(ProtectedRig.Main + 0x100));
        Assert.That(BitConverter.ToUInt16(stored[16..]), Is.EqualTo(8));
        Assert.That(BitConverter.ToUInt32(stored[20..]), Is.EqualTo(Three));
        Assert.That(rig.Register("fioff"), Is.EqualTo(ProtectedRig.Main + 0x100));
        Assert.That(rig.Register("fiseg"), Is.EqualTo(8));
        Assert.That(rig.Register("fooff"), Is.EqualTo(Three));
        Assert.That(rig.Register("foseg"), Is.EqualTo(0x10));
    }

    private static ushort[] Words(X86Rig rig) =>
        [.. Enumerable.Range(0, _expected.Length).Select(i => (ushort)(BitConverter.ToUInt16(rig.Machine.Memory.BytesFrom(Results + (uint)i * 4)) & 0x3f))];

    private static void Run(X86Rig rig, ulong limit)
    {
        var stop = rig.Machine.Run(limit);
        Assert.That(stop.Kind, Is.EqualTo(StopKind.Sleeping));
    }

    private static X86Rig Start()
    {
        var rig = ProtectedRig.Start(Compute);
        Put(rig);
        return rig;
    }

    private static void Put(X86Rig rig)
    {
        foreach (var (address, value) in new (uint, float)[]
        {
            (Three, 3), (Huge, 3e38f), (Tiny, 1.5e-38f), (Zero, 0), (MinusOne, -1), (One, 1),
        })
        {
            rig.Machine.Memory.Write(address, BitConverter.GetBytes(value));
        }

        rig.Machine.Memory.Write(VectorControl, BitConverter.GetBytes(0x1f80));
    }

    private static void Compute(Assembler code)
    {
        var next = Results;
        void Status()
        {
            code.fnstsw(ax);
            code.mov(__word_ptr[next], ax);
            next += 4;
        }

        void Vector()
        {
            code.stmxcsr(__dword_ptr[next]);
            next += 4;
        }

        code.mov(eax, 0x600);
        code.mov(cr4, eax);
        code.fninit();
        code.fld1();
        code.fdiv(__dword_ptr[Three]);
        Status(); // inexact
        code.fnclex();
        Status();
        code.fld(__dword_ptr[MinusOne]);
        code.fsqrt();
        Status(); // invalid
        code.fld(__dword_ptr[Huge]);
        code.fadd(st0, st0);
        code.fstp(__dword_ptr[Scratch]);
        Status(); // and overflow, when it is made short
        code.fninit();
        code.fld(__dword_ptr[Tiny]);
        code.fdiv(__dword_ptr[Three]);
        code.fnclex();
        code.fstp(__dword_ptr[Scratch]);
        Status(); // underflow
        code.fninit();
        code.fld1();
        code.fdiv(__dword_ptr[Zero]);
        Status();
        code.movss(xmm0, __dword_ptr[One]);
        code.divss(xmm0, __dword_ptr[Three]);
        Vector();
        code.movss(xmm0, __dword_ptr[Huge]);
        code.mulss(xmm0, xmm0);
        Vector();
        code.ldmxcsr(__dword_ptr[VectorControl]);
        Vector();
        code.movss(xmm0, __dword_ptr[Tiny]);
        code.divss(xmm0, __dword_ptr[Three]);
        Vector();
        code.ldmxcsr(__dword_ptr[VectorControl]);
        code.movss(xmm0, __dword_ptr[One]);
        code.divss(xmm0, __dword_ptr[Zero]);
        Vector();
        code.ldmxcsr(__dword_ptr[VectorControl]);
        code.movss(xmm0, __dword_ptr[MinusOne]);
        code.sqrtss(xmm0, xmm0);
        Vector();
        code.hlt();
    }
}
