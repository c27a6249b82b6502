using System.Globalization;
using System.Runtime.CompilerServices;
using Iced.Intel;
using Reprise.Emulation.Machines;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>
/// Exceptions of SSE arithmetic under masks of all kinds, beside what a processor did (<c>Captures/vector-exceptions.c</c>).
/// </summary>
public sealed class VectorExceptionTests
{
    private const uint Code = 0x1_0000;
    private const uint CodeSize = 256;
    private const uint Handler = 0xf000;
    private const uint Data = 0x4_0000;
    private const int DataSize = 0x48;
    private const uint Raised = Data + 0x80;
    private const ulong LongestRun = 40;
    private const uint Denormal = 2;
    private const uint Masks = 0x1f80;

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
            Compare(rig, line, differences);
        }

        Assert.That(lines, Has.Count.GreaterThan(1000));
        Assert.That(differences, Is.Empty, string.Join('\n', differences.Take(20)));
    }

    [Test]
    public void Arithmetic_RunInPieces_IsTheSame()
    {
        var lines = Captured().Where((_, i) => i % 7 == 0).ToList();
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

    [TestCase(0x400u, 19)]
    [TestCase(0u, 6)]
    public void Exception_ByControlRegister4_IsXmOrUd(uint takes, int vector)
    {
        using var rig = ProtectedRig.Start(code =>
        {
            code.mov(eax, 0x200 | takes);
            code.mov(cr4, eax);
            code.mov(__dword_ptr[Data], 0x1d80);
            code.ldmxcsr(__dword_ptr[Data]);
            code.jmp(ProtectedRig.Main + 0x100);
        }, (ProtectedRig.Main + 0x100, code => code.divss(xmm0, __dword_ptr[Data + 4])));
        rig.Machine.Memory.Write(Data + 4, BitConverter.GetBytes(0f));
        rig.Machine.Run(8);
        rig.Machine.WriteRegister(Index(rig, "xmm0"), BitConverter.GetBytes(1f).Concat(new byte[12]).ToArray());

        rig.Machine.Run(1000);

        Assert.That(rig.Faults(), Is.EqualTo(new[] { (vector, 0ul, (ulong)ProtectedRig.Main + 0x100) }));
        Assert.That(rig.Register("mxcsr"), Is.EqualTo(0x1d84));
        Assert.That(BitConverter.ToUInt32(rig.Bytes("xmm0")), Is.EqualTo(0x3f80_0000));
    }

    private static void Compare(X86Rig rig, Line line, List<string> differences)
    {
        var memory = rig.Machine.Memory.BytesFrom(Data);
        var raised = BitConverter.ToUInt32(rig.Machine.Memory.BytesFrom(Raised));
        var control = BitConverter.ToUInt32(memory);

        // While all are masked nobody asks for denormal operands (docs/qemu-differences.md).
        var counts = (line.Control & Masks) == Masks ? ~Denormal : uint.MaxValue;
        var same = raised == (line.Raised ? 1u : 0) && (control & counts) == (line.ControlAfter & counts)
            && BitConverter.ToUInt128(memory[0x10..]) == line.Result
            && BitConverter.ToUInt64(memory[0x38..]) == line.General && BitConverter.ToUInt64(memory[0x40..]) == line.Multimedia;
        if (!same)
        {
            differences.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{line.Text}\n  here {raised} {control:x4} {BitConverter.ToUInt128(memory[0x10..]):x32} {BitConverter.ToUInt64(memory[0x38..]):x16} {BitConverter.ToUInt64(memory[0x40..]):x16}"));
        }
    }

    private static X86Rig Start(List<string> codes)
    {
        var rig = LongModeRig.Start(
            code =>
            {
                code.mov(eax, 0x620);
                code.mov(cr4, rax);
                code.db(0xeb, 0xfe);
            },
            [(Handler, Handle), .. codes.Select((bytes, i) => ((uint)(Code + i * CodeSize), (Action<Assembler>)(code => Do(code, bytes))))]);
        LongModeRig.Gate(rig, 19, Handler);
        rig.Machine.Run(200);
        return rig;
    }

    private static void Handle(Assembler code)
    {
        code.mov(__dword_ptr[Raised], 1);
        Store(code);
    }

    private static void Do(Assembler code, string bytes)
    {
        code.ldmxcsr(__dword_ptr[Data]);
        code.movups(xmm1, __[Data + 0x10]);
        code.movups(xmm0, __[Data + 0x20]);
        code.mov(rcx, __qword_ptr[Data + 0x30]);
        code.mov(rax, __qword_ptr[Data + 0x38]);
        code.movq(mm0, __qword_ptr[Data + 0x30]);
        code.movq(mm1, __qword_ptr[Data + 0x40]);
        code.db(Convert.FromHexString(bytes));
        Store(code);
    }

    private static void Store(Assembler code)
    {
        code.movups(__[Data + 0x10], xmm1);
        code.mov(__qword_ptr[Data + 0x38], rax);
        code.movq(__qword_ptr[Data + 0x40], mm1);
        code.stmxcsr(__dword_ptr[Data]);
        code.db(0xeb, 0xfe);
    }

    private static void Begin(X86Rig rig, List<string> codes, Line line)
    {
        var frame = new byte[DataSize];
        BitConverter.TryWriteBytes(frame, line.Control);
        BitConverter.TryWriteBytes(frame.AsSpan(0x10), line.Destination);
        BitConverter.TryWriteBytes(frame.AsSpan(0x20), line.Source);
        BitConverter.TryWriteBytes(frame.AsSpan(0x30), line.Operand);
        rig.Machine.Memory.Write(Data, frame);
        rig.Machine.Memory.Write(Raised, new byte[4]);
        rig.Machine.WriteRegister(Index(rig, "rip"), BitConverter.GetBytes((ulong)Code + (ulong)codes.IndexOf(line.Code) * CodeSize));
        rig.Machine.WriteRegister(Index(rig, "rsp"), BitConverter.GetBytes((ulong)LongModeRig.Stack));
    }

    private static int Index(X86Rig rig, string name) =>
        rig.Processor.Registers.ToList().FindIndex(register => register.Name == name);

    private static IEnumerable<Line> Captured([CallerFilePath] string path = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(path)!, "Captures", "vector-exceptions.txt")).Select(Line.Parse);

    private sealed record Line(
        string Text, string Code, uint Control, UInt128 Destination, UInt128 Source, ulong Operand,
        bool Raised, uint ControlAfter, UInt128 Result, ulong General, ulong Multimedia)
    {
        public static Line Parse(string text)
        {
            var words = text.Split(' ');
            UInt128 Wide(int i) => UInt128.Parse(words[i], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return new Line(
                text, words[0], (uint)Wide(1), Wide(2), Wide(3), (ulong)Wide(4),
                words[5] == "1", (uint)Wide(6), Wide(7), (ulong)Wide(8), (ulong)Wide(9));
        }
    }
}
