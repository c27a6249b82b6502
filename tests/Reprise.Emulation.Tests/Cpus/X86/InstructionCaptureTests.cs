using System.Globalization;
using System.Runtime.CompilerServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>Integer instructions, MMX and SSE's, beside what a processor did (<c>Captures/instructions.c</c>).</summary>
public sealed class InstructionCaptureTests
{
    private const uint Code = 0x1_0000;
    private const uint CodeSize = 256;
    private const uint Data = 0xc_0000;
    private const ulong LongestRun = 30;
    private const int Values = 8;
    private const int Flags = 3;

    private const ulong Overflow = 0x800;
    private const ulong AllButZero = 0x895;
    private const ulong AllButCarryAndOverflow = 0x0d4;

    private static readonly string[] _names = ["rax", "rcx", "rdx", "flags", "xmm1", "xmm0", "mm1", "mm0"];
    private static readonly int[] _offsets = [0, 8, 16, 24, 0x20, 0x30, 0x40, 0x48];

    [Test]
    public void Instruction_OfAnyOperands_DoesWhatAProcessorDid()
    {
        var lines = Captured().ToList();
        var codes = lines.Select(line => line[0]).Distinct().ToList();
        using var rig = Start(codes);
        List<string> differences = [];
        foreach (var line in lines)
        {
            Begin(rig, codes.IndexOf(line[0]), line);
            rig.Machine.Run(rig.Machine.Position + LongestRun);
            var now = rig.Machine.Memory.BytesFrom(Data);
            for (var i = 0; i < Values; i++)
            {
                var expected = Number(line[1 + Values + i] == "=" ? line[1 + i] : line[1 + Values + i]);
                var value = i is 4 or 5 ? BitConverter.ToUInt128(now[_offsets[i]..]) : BitConverter.ToUInt64(now[_offsets[i]..]);
                var counts = i == Flags ? 0x8d5ul & ~Undefined(line[0]) : UInt128.MaxValue;
                if (((value ^ expected) & counts) != 0 && !(i == 0 && IsScanOfNothing(line)))
                {
                    differences.Add($"{string.Join(' ', line)}\n  {_names[i]} is {value:x}");
                }
            }
        }

        Assert.That(lines, Has.Count.GreaterThan(1500));
        Assert.That(differences, Is.Empty, $"{differences.Count}\n{string.Join('\n', differences.Take(20))}");
    }

    /// <summary>Condition codes that the manual leaves open (SDM volume 2).</summary>
    private static ulong Undefined(string code)
    {
        var bytes = Convert.FromHexString(code);
        var opcode = bytes[0] is 0x66 or 0x48 ? bytes[1..] : bytes;
        return opcode switch
        {
            [0xc0 or 0xc1, _, 1] => 0,
            [0xc0 or 0xc1 or 0xd2 or 0xd3, ..] => Overflow, // shifts and rotates by more than one
            [0x0f, 0xa4 or 0xa5 or 0xac or 0xad, ..] => Overflow, // SHLD, SHRD
            [0x0f, 0xbc or 0xbd, ..] => AllButZero, // BSF, BSR
            [0x0f, 0xaf, ..] or [0x6b, ..] or [0xf6 or 0xf7, >= 0xe0, ..] => AllButCarryAndOverflow, // IMUL, MUL
            _ => 0,
        };
    }

    /// <summary>BSF and BSR of zero leave what they like.</summary>
    private static bool IsScanOfNothing(string[] line) =>
        line[0].Contains("0FBC", StringComparison.Ordinal) || line[0].Contains("0FBD", StringComparison.Ordinal)
            ? (line[0].StartsWith("66", StringComparison.Ordinal) ? (ushort)Number(line[2])
                : line[0].StartsWith("48", StringComparison.Ordinal) ? (ulong)Number(line[2]) : (uint)Number(line[2])) == 0
            : false;

    private static X86Rig Start(List<string> codes)
    {
        var rig = LongModeRig.Start(
            code =>
            {
                code.mov(eax, 0x620);
                code.mov(cr4, rax);
                code.db(0xeb, 0xfe);
            },
            [.. codes.Select((bytes, i) => ((uint)(Code + i * CodeSize), (Action<Assembler>)(code => Do(code, bytes))))]);
        rig.Machine.Run(200);
        return rig;
    }

    private static void Do(Assembler code, string bytes)
    {
        code.push(__qword_ptr[Data + 24]);
        code.popfq();
        code.mov(rax, __qword_ptr[Data]);
        code.mov(rcx, __qword_ptr[Data + 8]);
        code.mov(rdx, __qword_ptr[Data + 16]);
        code.movups(xmm1, __[Data + 0x20]);
        code.movups(xmm0, __[Data + 0x30]);
        code.movq(mm1, __qword_ptr[Data + 0x40]);
        code.movq(mm0, __qword_ptr[Data + 0x48]);
        code.db(Convert.FromHexString(bytes));
        code.pushfq();
        code.pop(__qword_ptr[Data + 24]);
        code.mov(__qword_ptr[Data], rax);
        code.mov(__qword_ptr[Data + 8], rcx);
        code.mov(__qword_ptr[Data + 16], rdx);
        code.movups(__[Data + 0x20], xmm1);
        code.movups(__[Data + 0x30], xmm0);
        code.movq(__qword_ptr[Data + 0x40], mm1);
        code.movq(__qword_ptr[Data + 0x48], mm0);
        code.db(0xeb, 0xfe);
    }

    private static void Begin(X86Rig rig, int index, string[] line)
    {
        var frame = new byte[0x50];
        for (var i = 0; i < Values; i++)
        {
            var value = Number(line[1 + i]);
            if (i is 4 or 5)
            {
                BitConverter.TryWriteBytes(frame.AsSpan(_offsets[i]), value);
            }
            else
            {
                BitConverter.TryWriteBytes(frame.AsSpan(_offsets[i]), (ulong)value | (i == Flags ? 2ul : 0));
            }
        }

        rig.Machine.Memory.Write(Data, frame);
        Write(rig, "rip", Code + (ulong)index * CodeSize);
        Write(rig, "rsp", LongModeRig.Stack);
    }

    private static void Write(X86Rig rig, string register, ulong value) => rig.Machine.WriteRegister(
        rig.Processor.Registers.ToList().FindIndex(known => known.Name == register), BitConverter.GetBytes(value));

    private static UInt128 Number(string digits) => UInt128.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static IEnumerable<string[]> Captured([CallerFilePath] string path = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(path)!, "Captures", "instructions.txt")).Select(line => line.Split(' '));
}
