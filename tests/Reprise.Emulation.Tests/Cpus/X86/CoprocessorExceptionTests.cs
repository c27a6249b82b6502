using System.Globalization;
using System.Runtime.CompilerServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>
/// Exceptions of x87 arithmetic under masks of all kinds, beside what a processor did (<c>Captures/coprocessor-exceptions.c</c>).
/// </summary>
public sealed class CoprocessorExceptionTests
{
    private const uint Code = 0x1_0000;
    private const uint CodeSize = 16;
    private const uint Data = 0x4_0000;
    private const uint Memory = Data + 0x80;
    private const ulong LongestRun = 20;

    private const uint Denormal = 2;
    private const uint Exceptions = 0x3f;
    private const uint StackFault = 0x40;
    private const uint RoundedUp = 0x200;
    private const uint Incomplete = 0x400; // C2, which FSQRT leaves undefined

    private static readonly string[] _loads = ["D906", "DD06"];
    private static readonly string[] _rightStores = ["DB0E", "DD0E", "DF0E", "DF16", "DF1E", "DF36"];

    [Test]
    public void Arithmetic_UnderAnyMasks_DoesWhatAProcessorDid()
    {
        var lines = Captured().ToList();
        var codes = lines.Select(line => line.Code).Distinct().ToList();
        using var rig = Start(codes);
        List<string> differences = [];
        foreach (var line in lines)
        {
            Begin(rig, codes, line);
            rig.Machine.Run(rig.Machine.Position + LongestRun);
            var now = Line.Read(rig, line);
            if (!line.IsLike(now))
            {
                differences.Add($"{line.Text}\n  here {now}");
            }
        }

        Assert.That(lines, Has.Count.GreaterThan(1000));
        Assert.That(differences, Is.Empty, $"{differences.Count}\n" + string.Join('\n', differences.Take(400)));
    }

    [Test]
    public void Arithmetic_RunInPieces_IsTheSame()
    {
        var lines = Captured().Where((_, i) => i % 5 == 0).ToList();
        var codes = lines.Select(line => line.Code).Distinct().ToList();
        using var straight = Start(codes);
        using var chopped = Start(codes);
        var random = new Random(1);
        foreach (var line in lines)
        {
            Begin(straight, codes, line);
            Begin(chopped, codes, line);
            var end = straight.Machine.Position + LongestRun;
            straight.Machine.Run(end);
            chopped.RunInPieces(end, random);
            Assert.That(chopped.State(), Is.EqualTo(straight.State()), line.Text);
        }
    }

    [TestCase("D8C1", 16)] // FADD
    [TestCase("D9D0", 16)] // FNOP
    [TestCase("DB2E", 16)] // FLD
    [TestCase("D92E", 16)] // FLDCW
    [TestCase("9B", 16)] // FWAIT
    [TestCase("0FFEC1", 16)] // PADDD
    [TestCase("0F77", 16)] // EMMS
    [TestCase("DFE0", null)] // FNSTSW
    [TestCase("DBE2", null)] // FNCLEX
    [TestCase("DBE3", null)] // FNINIT
    [TestCase("D97E00", null)] // FNSTCW
    [TestCase("DD36", null)] // FNSAVE
    [TestCase("660FFEC1", null)] // PADDD of SSE2
    public void Instruction_BehindAnExceptionThatIsNotMasked_RaisesItIfItWaits(string bytes, int? vector)
    {
        using var rig = ProtectedRig.Start(
            code =>
            {
                code.mov(eax, 0x31);
                code.mov(cr0, eax);
                code.mov(eax, 0x600);
                code.mov(cr4, eax);
                code.mov(esi, (int)Data);
                code.mov(__word_ptr[esi], 0x37b);
                code.fninit();
                code.fldcw(__word_ptr[esi]);
                code.fldz();
                code.fld1();
                code.fdiv(st0, st1);
                code.nop();
                code.jmp(ProtectedRig.Main + 0x100);
            },
            (ProtectedRig.Main + 0x100, code =>
            {
                code.db(Convert.FromHexString(bytes));
                code.hlt();
            }));

        rig.Machine.Run(1000);

        Assert.That(rig.Faults(), Is.EqualTo(
            vector is null ? [] : new[] { (vector.Value, 0ul, (ulong)ProtectedRig.Main + 0x100) }));
        if (vector is not null)
        {
            Assert.That(rig.Register("fstat") & 0x80ff, Is.EqualTo(0x8084));
            Assert.That(rig.Bytes("st0")[8..], Is.EqualTo(new byte[] { 0xff, 0x3f }), "the dividend");
        }
    }

    [Test]
    public void Instruction_WithoutNumericError_WaitsForTheInterrupt()
    {
        const ushort handler = 0x600;
        using var rig = new X86Rig(code =>
        {
            code.mov(sp, 0x7000);
            code.mov(__word_ptr[TestPorts.Vector * 4], handler);
            code.mov(__word_ptr[(TestPorts.Vector * 4) + 2], 0);
            code.sti();
            code.mov(si, 0x3000);
            code.mov(__word_ptr[si], 0x37b);
            code.fninit();
            code.fldcw(__word_ptr[si]);
            code.fldz();
            code.fld1();
            code.fdiv(st0, st1);
            code.nop();
            code.fstp(__qword_ptr[si + 8]); // it waits: the handler sees to the error
            code.fld1();
            code.fdiv(st0, st1);
            code.fstp(__qword_ptr[si + 16]); // and once more
            code.cli();
            code.hlt();
        });
        rig.Put(handler, code =>
        {
            code.inc(__word_ptr[0x3100]);
            code.@out(0xeb, al); // as port F0h
            code.fnclex();
            code.iret();
        });

        rig.Machine.Run(1000);

        Assert.That(BitConverter.ToUInt16(rig.Machine.Memory.BytesFrom(0x3100)), Is.EqualTo(2));
        Assert.That(BitConverter.ToDouble(rig.Machine.Memory.BytesFrom(0x3008)), Is.EqualTo(1));
        Assert.That(BitConverter.ToDouble(rig.Machine.Memory.BytesFrom(0x3010)), Is.EqualTo(1));
        Assert.That(rig.Machine.Processor.Sleeping, Is.True);
    }

    [Test]
    public void DivisionByZero_OfWhatIsNone_IsNotFlagged()
    {
        using var rig = ProtectedRig.Start(code =>
        {
            foreach (var dividend in (uint[])[0, 0x7f80_0000, 0x7fc0_0000])
            {
                code.fninit();
                code.mov(__dword_ptr[Data], dividend);
                code.fldz();
                code.fld(__dword_ptr[Data]);
                code.fdiv(st0, st1);
                code.fnstsw(ax);
                code.and(eax, 0x3f);
                code.shl(ebx, 8);
                code.or(ebx, eax);
            }

            code.fninit();
            code.fldz();
            code.fld1();
            code.fdiv(st0, st1); // this is one, and stays one
            code.fld1();
            code.fnsave(__[Data]);
            code.mov(ecx, __dword_ptr[Data + 4]);
            code.fnstsw(ax);
            code.frstor(__[Data]);
            code.mov(edx, eax);
            code.fnstsw(ax);
            code.hlt();
        });

        rig.Machine.Run(1000);

        Assert.That(rig.Register("ebx"), Is.EqualTo(0x010000)); // 0/0 is invalid, the others are nothing
        Assert.That(rig.Register("ecx") & 0x3f, Is.EqualTo(4));
        Assert.That(rig.Register("edx") & 0x3f, Is.Zero);
        Assert.That(rig.Register("eax") & 0x3f, Is.EqualTo(4));
    }

    private static X86Rig Start(List<string> codes)
    {
        var rig = ProtectedRig.Start(
            code => code.db(0xeb, 0xfe),
            [.. codes.Select((bytes, i) => ((uint)(Code + i * CodeSize), (Action<Assembler>)(code => Do(code, bytes))))]);
        rig.Machine.Run(200);
        return rig;
    }

    private static void Do(Assembler code, string bytes)
    {
        code.frstor(__[Data]);
        code.db(Convert.FromHexString(bytes));
        code.fnsave(__[Data]);
        code.db(0xeb, 0xfe);
    }

    private static void Begin(X86Rig rig, List<string> codes, Line line)
    {
        var image = new byte[0x90];
        BitConverter.TryWriteBytes(image, line.Control);
        BitConverter.TryWriteBytes(image.AsSpan(4), line.Before.Status);
        BitConverter.TryWriteBytes(image.AsSpan(8), 0xffc0 | line.Before.Registers.Select((value, i) => value is null ? 3 << 2 * i : 0).Sum());
        for (var i = 0; i < 3; i++)
        {
            WriteNumber(image.AsSpan(28 + i * 10), line.Before.Registers[i] ?? 0);
        }

        WriteNumber(image.AsSpan(0x80), line.Before.Memory);
        rig.Machine.Memory.Write(Data, image);
        rig.Machine.WriteRegister(Index(rig, "eip"), BitConverter.GetBytes(Code + (uint)codes.IndexOf(line.Code) * CodeSize));
        rig.Machine.WriteRegister(Index(rig, "esi"), BitConverter.GetBytes(Memory));
        rig.Machine.WriteRegister(Index(rig, "eflags"), BitConverter.GetBytes(2u));
    }

    private static void WriteNumber(Span<byte> place, UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(bytes, value);
        bytes[..10].CopyTo(place);
    }

    private static int Index(X86Rig rig, string name) =>
        rig.Processor.Registers.ToList().FindIndex(register => register.Name == name);

    private static IEnumerable<Line> Captured([CallerFilePath] string path = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(path)!, "Captures", "coprocessor-exceptions.txt")).Select(Line.Parse);

    private sealed record State(uint Status, UInt128?[] Registers, UInt128 Memory)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Status:x4} {string.Join(' ', Registers.Select(value => value is { } number ? $"{number:x20}" : "-"))} {Memory:x20}");
    }

    private sealed record Line(string Text, string Code, uint Control, State Before, State After)
    {
        public static Line Parse(string text)
        {
            var words = text.Split(' ');
            UInt128 Wide(int i) => UInt128.Parse(words[i], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            UInt128?[] Numbers(int i) => [.. Enumerable.Range(i, 3).Select(at => words[at] == "-" ? (UInt128?)null : Wide(at))];
            return new Line(
                text, words[0], (uint)Wide(1), new State((uint)Wide(2), Numbers(3), Wide(6)),
                new State((uint)Wide(7), Numbers(9), Wide(12)));
        }

        public static State Read(X86Rig rig, Line line)
        {
            var image = rig.Machine.Memory.BytesFrom(Data)[..0x90];
            var status = BitConverter.ToUInt16(image[4..]);
            var tags = BitConverter.ToUInt16(image[8..]);
            var registers = new UInt128?[3];
            for (var i = 0; i < 3; i++)
            {
                registers[i] = (tags >> 2 * (i + (status >> 11) & 7) & 3) == 3 ? null : Number(image[(28 + i * 10)..]);
            }

            return new State(status, registers, Number(image[0x80..]));
        }

        public bool IsLike(State now)
        {
            // docs/qemu-differences.md: while all are masked nobody asks for denormals and stack faults; C1 never tells how a
            // result was rounded; quiet NaNs of stores, and, while all are masked, of loads; FST to a register that is empty.
            var isMasked = (Control & Exceptions) == Exceptions;
            var isInvalid = (After.Status & 1) != 0;
            var isStore = !UInt128.Equals(Before.Memory, After.Memory) && !_rightStores.Contains(Code);
            if ((isMasked && (After.Status & StackFault) != 0) || (isMasked && isInvalid && _loads.Contains(Code))
                || (Code is "DDD1" or "DDD9" && Before.Registers[1] is null))
            {
                return true;
            }

            var counts = ~RoundedUp & (Code == "D9FA" ? ~Incomplete : uint.MaxValue) & ~(isMasked ? Denormal | StackFault : 0);
            return (now.Status & counts) == (After.Status & counts) && now.Registers.SequenceEqual(After.Registers)
                && (now.Memory == After.Memory || (isStore && isInvalid));
        }

        private static UInt128 Number(ReadOnlySpan<byte> bytes) =>
            new(BitConverter.ToUInt16(bytes[8..]), BitConverter.ToUInt64(bytes));
    }
}
