using System.Globalization;
using System.Runtime.CompilerServices;
using Iced.Intel;
using Reprise.Emulation.Cpus.X86;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>Alignment checks of user code (#AC), beside what a processor did (<c>Captures/alignment.c</c>).</summary>
public sealed class AlignmentTests
{
    private const uint Mask = 1 << 18; // CR0.AM, and RFLAGS.AC
    private const uint User = 0xe000;
    private const uint Code = 0xe100;
    private const uint Kernel = 0x8800;
    private const uint Data = 0x1_1000;
    private const uint UserStack = 0x1_4000;
    private const ulong Long = 400;

    [Test]
    public void Operand_AtAnyOffset_FaultsAsOnAProcessor()
    {
        var lines = Captured().Select(line => line.Split(' ')).ToList();
        List<string> differences = [];
        foreach (var line in lines)
        {
            var offset = int.Parse(line[1], CultureInfo.InvariantCulture);
            using var rig = Start(Mask, code => code.db(Convert.FromHexString(line[0])), offset);
            rig.Machine.Run(Long);

            // Behind it user code halts, which is #GP.
            var (vector, error, address) = rig.Faults()[0];
            var raised = vector == 13 && address != Code ? 0 : vector;
            if (raised.ToString(CultureInfo.InvariantCulture) != line[2] || error != 0)
            {
                differences.Add($"{string.Join(' ', line)}: {vector} ({error:x}) at {address:x}");
            }
        }

        Assert.That(lines, Has.Count.GreaterThan(400));
        Assert.That(differences, Is.Empty);
    }

    [Test]
    public void Check_WithoutTheMask_IsOff()
    {
        using var rig = Start(mask: 0, code => code.mov(eax, __dword_ptr[rsi]), 1);
        rig.Machine.Run(Long);

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (13, 0ul, (ulong)Code + 2) }));
    }

    [Test]
    public void Check_InRing0_IsOff()
    {
        using var rig = LongModeRig.Start(code =>
        {
            SetMask(code, Mask);
            SetCheck(code);
            code.mov(eax, __dword_ptr[Data + 1]);
            code.ud2();
        });
        rig.Machine.Run(Long);

        Assert.That(rig.Faults().Single().Vector, Is.EqualTo(6));
    }

    [Test]
    public void Operand_ThatIsNotThere_IsAPageFault()
    {
        using var rig = Start(Mask, code => code.mov(eax, __dword_ptr[0x40_0001]), 0);
        rig.Machine.Run(Long);

        Assert.That(rig.Faults().Single(), Is.EqualTo((14, 4ul, (ulong)Code)));
    }

    [Test]
    public void Loop_WithAHandlerThatAligns_IsTheSameChopped()
    {
        using var straight = StartLoop(Enter);
        straight.Machine.Run(5000);
        Assert.That(straight.Register("r13"), Is.GreaterThan(20), "checks that failed");

        foreach (var seed in Enumerable.Range(1, 8))
        {
            using var chopped = StartLoop(Enter);
            var random = new Random(seed);
            while (chopped.Machine.Position < 5000)
            {
                chopped.Machine.Run(Math.Min(5000, chopped.Machine.Position + (ulong)random.Next(1, 4 * seed)));
            }

            Assert.That(chopped.State(), Is.EqualTo(straight.State()), $"seed {seed}");
        }
    }

    [TestCaseSource(nameof(WaysIn))]
    public void Check_ThatBeginsInRing0_CountsAtOnce(Case way)
    {
        using var rig = StartLoop(way.Put);
        rig.Machine.Run(5000);

        Assert.That(rig.Register("r13"), Is.GreaterThan(20), "checks that failed");
    }

    [TestCaseSource(nameof(WaysInWith32Bits))]
    public void Check_ThatBeginsInRing0With32Bits_CountsAtOnce(Case way)
    {
        using var rig = ProtectedRig.Start(
            code =>
            {
                code.mov(eax, cr0);
                code.or(eax, (int)Mask);
                code.mov(cr0, eax);
                way.Put(code);
            },
            (User, code => code.mov(__word_ptr[Data + 1], ax)));
        rig.Machine.Run(Long);

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (17, 0ul, (ulong)User) }));
    }

    public static IEnumerable<Case> WaysInWith32Bits() =>
    [
        new("iretd", code =>
        {
            code.push(ProtectedRig.UserData);
            code.push((int)UserStack);
            code.push((int)Mask | 2);
            code.push(ProtectedRig.UserCode);
            code.push((int)User);
            code.iretd();
        }),
        new("sysexit", code =>
        {
            SetCheck32(code);
            code.mov(ecx, 0x174);
            code.mov(eax, 8);
            code.xor(edx, edx);
            code.wrmsr();
            code.mov(ecx, UserStack);
            code.mov(edx, User);
            code.sysexit();
        }),
        new("retf", code =>
        {
            SetCheck32(code);
            code.push(ProtectedRig.UserData);
            code.push((int)UserStack);
            code.push(ProtectedRig.UserCode);
            code.push((int)User);
            code.retf();
        }),
    ];

    private static void SetCheck32(Assembler code)
    {
        code.pushfd();
        code.or(__dword_ptr[esp], (int)Mask);
        code.popfd();
    }

    public static IEnumerable<Case> WaysIn() =>
    [
        new("iretq", Enter),
        new("sysretq", code =>
        {
            EnableSystemCalls(code);
            code.mov(ecx, User);
            code.mov(r11d, Mask | 2);
            code.mov(esp, UserStack);
            code.sysretq();
        }),
        new("retf", code =>
        {
            SetCheck(code);
            code.push(LongModeRig.UserData | 3);
            code.push((int)UserStack);
            code.push(LongModeRig.UserCode | 3);
            code.push((int)User);
            code.db(0x48, 0xcb);
        }),
    ];

    // User code reads at each offset in turn; the handler counts, and goes on behind the read.
    private static X86Rig StartLoop(Action<Assembler> enter)
    {
        var rig = LongModeRig.Start(
            code =>
            {
                SetMask(code, Mask);
                code.xor(r13d, r13d);
                code.jmp(Kernel);
            },
            (Kernel, enter),
            (User, code =>
            {
                var again = code.CreateLabel();
                code.xor(esi, esi);
                code.Label(ref again);
                code.mov(rax, __qword_ptr[rsi + (int)Data]);
                code.inc(esi);
                code.and(esi, 0xff);
                code.push(rsi);
                code.pop(rdi);
                code.jmp(again);
            }),
            (0x8900, code =>
            {
                code.inc(r13d);
                code.add(rsp, 8);
                code.add(__qword_ptr[rsp], 7); // the length of the read
                code.iretq();
            }));
        LongModeRig.Gate(rig, 17, 0x8900);
        return rig;
    }

    private static X86Rig Start(uint mask, Action<Assembler> put, int offset) => LongModeRig.Start(
        code =>
        {
            SetMask(code, mask);
            code.mov(eax, 0x620);
            code.mov(cr4, rax);
            code.jmp(Kernel);
        },
        (Kernel, Enter),
        (User, code =>
        {
            code.fninit();
            SetCheck(code);
            foreach (var register in (AssemblerRegister32[])[esi, edi, ebx])
            {
                code.mov(register, Data + (uint)offset);
            }

            code.mov(ecx, 1);
            code.xor(edx, edx);
            code.jmp(Code);
        }),
        (Code, code =>
        {
            put(code);
            code.hlt();
        }));

    private static void SetMask(Assembler code, uint mask)
    {
        code.mov(rax, cr0);
        code.or(eax, (int)mask);
        code.mov(cr0, rax);
    }

    private static void SetCheck(Assembler code)
    {
        code.pushfq();
        code.or(__dword_ptr[rsp], (int)Mask);
        code.popfq();
    }

    private static void EnableSystemCalls(Assembler code)
    {
        code.mov(ecx, 0xc000_0080);
        code.mov(eax, 0x501);
        code.xor(edx, edx);
        code.wrmsr();
        code.mov(ecx, 0xc000_0081);
        code.xor(eax, eax);
        code.mov(edx, 0x0010_0008);
        code.wrmsr();
    }

    private static void Enter(Assembler code)
    {
        code.push(LongModeRig.UserData | 3);
        code.push((int)UserStack);
        code.push((int)Mask | 2);
        code.push(LongModeRig.UserCode | 3);
        code.push((int)User);
        code.iretq();
    }

    private static IEnumerable<string> Captured([CallerFilePath] string path = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(path)!, "Captures", "alignment.txt"));

    public sealed record Case(string Name, Action<Assembler> Put)
    {
        public override string ToString() => Name;
    }
}
