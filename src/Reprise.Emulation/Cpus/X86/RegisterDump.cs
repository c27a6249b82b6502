using System.Buffers.Binary;
using System.Globalization;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>All of an x86's registers as people read them, in the shape of QEMU's <c>info registers</c>.</summary>
internal static class RegisterDump
{
    private const uint ProtectedMode = 1;
    private const int FpuCount = 8;

    private static readonly string[] _names32 = ["EAX", "EBX", "ECX", "EDX", "ESI", "EDI", "EBP", "ESP"];
    private static readonly string[] _names64 =
    [
        "RAX", "RBX", "RCX", "RDX", "RSI", "RDI", "RBP", "RSP", "R8 ", "R9 ", "R10", "R11", "R12", "R13", "R14", "R15",
    ];

    /// <summary>The registers' numbers in that order.</summary>
    private static readonly int[] _numbers = [0, 3, 1, 2, 6, 7, 5, 4, 8, 9, 10, 11, 12, 13, 14, 15];

    private static readonly SegmentNumber[] _segments =
    [
        SegmentNumber.Es, SegmentNumber.Cs, SegmentNumber.Ss, SegmentNumber.Ds, SegmentNumber.Fs, SegmentNumber.Gs,
    ];

    public static void Write(X86State state, X86Model model, bool line20, bool halted, TextWriter output)
    {
        var is64Bit = state.Bitness == 64;
        var names = is64Bit ? _names64 : _names32;
        for (var i = 0; i < names.Length; i++)
        {
            Write($"{names[i]}={Word(state.General[_numbers[i]], is64Bit)}{(i % 4 == 3 ? '\n' : ' ')}");
        }

        var flags = state.Flags;
        var letters = string.Concat("DOSZAPC".Zip([10, 11, 7, 6, 4, 2, 0], (letter, bit) => (flags >> bit & 1) != 0 ? letter : '-'));
        Write($"{(is64Bit ? "RIP" : "EIP")}={Word(state.InstructionPointer, is64Bit)} {(is64Bit ? "RFL" : "EFL")}={flags:x8}");
        Write($" [{letters}] CPL={state.PrivilegeLevel} II={Bit(state.InhibitsInterrupts)} A20={Bit(line20)} SMM=0");
        Write($" HLT={Bit(halted)}\n");
        foreach (var number in _segments)
        {
            WriteSegment($"{number.ToString().ToUpperInvariant()} ", state.Segment(number));
        }

        WriteSegment("LDT", state.Segment(SegmentNumber.Ldtr));
        WriteSegment("TR ", state.Segment(SegmentNumber.Tr));
        foreach (var (name, number) in new[] { ("GDT", SegmentNumber.Gdtr), ("IDT", SegmentNumber.Idtr) })
        {
            var table = state.Segment(number);
            Write($"{name}=     {Word(table.Base, state.IsLongMode)} {table.Limit:x8}\n");
        }

        Write($"CR0={(uint)state.Cr0:x8} CR2={Word(state.Cr2, state.IsLongMode)} CR3={Word(state.Cr3, state.IsLongMode)}");
        Write($" CR4={(uint)state.Cr4:x8}\n");
        for (var i = 0; i < 4; i++)
        {
            Write($"DR{i}={Word(state.Debug[i], model.Is64Bit)} ");
        }

        Write($"\nDR6={Word(state.Debug[6], model.Is64Bit)} DR7={Word(state.Debug[7], model.Is64Bit)}\n");
        Write($"EFER={state.Efer:x16}\n");
        WriteFloatingPoint(is64Bit);

        void Write(FormattableString text) => output.Write(text.ToString(CultureInfo.InvariantCulture));

        void WriteSegment(string name, SegmentRegister segment)
        {
            Write($"{name}={segment.Selector:x4} {Word(segment.Base, is64Bit)} {segment.Limit:x8} {segment.Flags & 0xffff00:x8}");
            var described = (state.Cr0 & ProtectedMode) != 0 && (segment.Flags & SegmentRegister.Present) != 0;
            Write($"{(described ? Describe(segment, state.IsLongMode) : "")}\n");
        }

        void WriteFloatingPoint(bool all)
        {
            var top = state.FpuTop & 7;
            var used = 0;
            for (var i = 0; i < FpuCount; i++)
            {
                used |= state.FpuTags[i] == 0 ? 1 << i : 0;
            }

            Write($"FCW={state.FpuControl:x4} FSW={(state.FpuStatus & ~0x3800u) | top << 11:x4} [ST={top}] FTW={used:x2}");
            Write($" MXCSR={state.Mxcsr:x8}\n");
            for (var i = 0; i < FpuCount; i++)
            {
                var value = state.FpuRegister(i);
                Write($"FPR{i}={BinaryPrimitives.ReadUInt64LittleEndian(value):x16}");
                Write($" {BinaryPrimitives.ReadUInt16LittleEndian(value[8..]):x4}{(i % 2 == 1 ? '\n' : ' ')}");
            }

            for (var i = 0; i < (all ? 16 : 8); i++)
            {
                var value = state.Xmm(i);
                Write($"XMM{i:00}={BinaryPrimitives.ReadUInt64LittleEndian(value[8..]):x16}");
                Write($" {BinaryPrimitives.ReadUInt64LittleEndian(value):x16}{(i % 2 == 1 ? '\n' : ' ')}");
            }
        }
    }

    private static int Bit(bool value) => value ? 1 : 0;

    private static string Word(ulong value, bool is64Bit) =>
        is64Bit ? value.ToString("x16", CultureInfo.InvariantCulture) : ((uint)value).ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>What the descriptor says (SDM volume 3, 3.4.5 and 3.5).</summary>
    private static string Describe(SegmentRegister segment, bool longMode)
    {
        var flags = segment.Flags;
        var level = $" DPL={segment.PrivilegeLevel} ";
        if ((flags & SegmentRegister.NotSystem) == 0)
        {
            var size = longMode ? "64" : (flags & 1 << 11) != 0 ? "32" : "16";
            return level + ((flags >> 8 & 7) switch
            {
                2 => "LDT",
                1 => $"TSS{size}-avl",
                3 => $"TSS{size}-busy",
                _ => "Reserved",
            });
        }

        var accessed = Letter(SegmentRegister.Accessed, 'A');
        return (flags & SegmentRegister.Code) != 0
            ? $"{level}{((flags & SegmentRegister.Long) != 0 ? "CS64" : (flags & SegmentRegister.Big) != 0 ? "CS32" : "CS16")}"
                + $" [{Letter(SegmentRegister.Conforming, 'C')}{Letter(SegmentRegister.Readable, 'R')}{accessed}]"
            : $"{level}{((flags & SegmentRegister.Big) != 0 || longMode ? "DS  " : "DS16")}"
                + $" [{Letter(1 << 10, 'E')}{Letter(SegmentRegister.Writable, 'W')}{accessed}]";

        char Letter(uint bit, char letter) => (flags & bit) != 0 ? letter : '-';
    }
}
