using System.Runtime.InteropServices;
using Iced.Intel;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

// Goal: stop behind the n-th instruction of a block without dropping a translation. Unicorn's own way ('until') makes
// three of them a stop: of the first part of the block, of the rest, and of the whole when it runs again.
//
// Unicorn's loop looks in a field of the CPU for how the next block is to be translated, and a block of n instructions
// is another than the whole one to it: both stay. Where the field is, is read from the loop's own code, which takes the
// value and writes back -1, "nothing asked for".
//
// Invariants:
// - The field is written only if the code is as expected and the field holds what it must; else all stays as it was,
//   which costs speed and nothing else.
// - Whoever asked looks at the block that comes: it may be as long as ever.

/// <summary>How long the next block is that an engine translates and runs.</summary>
internal sealed unsafe class NextBlock
{
    /// <summary>Most instructions that can be asked for; Unicorn makes no block of more.</summary>
    public const ulong Longest = 512;

    private const uint Nothing = uint.MaxValue;
    private const int LongestLoop = 4096;

    private readonly uint* _field;

    private NextBlock(uint* field) => _field = field;

    /// <summary>Looks for the field; null where it is not found.</summary>
    public static NextBlock? Find(UnicornEngine unicorn)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64
            || !UnicornLibrary.TryGetExport($"helper_check_exit_request_{unicorn.Target}", out var check)
            || !UnicornLibrary.TryGetExport($"cpu_exec_{unicorn.Target}", out var loop)
            || CpuOffset(check) is not { } cpu || FieldOffset(loop) is not { } field)
        {
            return null;
        }

        // SAFETY: both functions are about to do the same two reads with this engine.
        var address = (uint*)(*(nint*)(unicorn.Pointer + cpu) + field);
        return *address == Nothing ? new NextBlock(address) : null;
    }

    /// <summary>The next block ends behind so many instructions, 1 to <see cref="Longest"/>, if not before.</summary>
    public void LimitTo(ulong instructions) => *_field = (uint)instructions;

    /// <summary>Takes back what was asked for and did not come to be used.</summary>
    public void Clear() => *_field = Nothing;

    /// <summary>The function begins with <c>rax = uc->cpu</c>.</summary>
    private static int? CpuOffset(nint function)
    {
        var decoder = DecoderAt(function, 64);
        decoder.Decode(out var instruction);
        if (instruction.Mnemonic == Mnemonic.Endbr64)
        {
            decoder.Decode(out instruction);
        }

        return instruction.Code == Code.Mov_r64_rm64 && instruction.MemoryBase == Register.RDI
            && instruction.MemoryIndex == Register.None
            ? (int)instruction.MemoryDisplacement64
            : null;
    }

    /// <summary><c>value = cpu->field; if (value != -1) cpu->field = -1</c>.</summary>
    private static int? FieldOffset(nint function)
    {
        var decoder = DecoderAt(function, LongestLoop);
        Instruction first = default, second = default, third = default;
        while (decoder.IP < (ulong)(function + LongestLoop - 16))
        {
            decoder.Decode(out var instruction);
            if (first.Code == Code.Mov_r32_rm32 && first.Op1Kind == OpKind.Memory
                && second.Code is Code.Cmp_rm32_imm8 or Code.Cmp_rm32_imm32 && second.Op0Register == first.Op0Register
                && (uint)second.GetImmediate(1) == Nothing
                && third.Mnemonic is Mnemonic.Je
                && instruction.Code == Code.Mov_rm32_imm32 && instruction.Immediate32 == Nothing
                && instruction.MemoryBase == first.MemoryBase && instruction.MemoryIndex == Register.None
                && instruction.MemoryDisplacement64 == first.MemoryDisplacement64)
            {
                return (int)instruction.MemoryDisplacement64;
            }

            (first, second, third) = (second, third, instruction);
        }

        return null;
    }

    // SAFETY: an exported function of a library that has megabytes of code behind it.
    private static Decoder DecoderAt(nint address, int length)
    {
        var reader = new ByteArrayCodeReader(new ReadOnlySpan<byte>((void*)address, length).ToArray());
        return Decoder.Create(64, reader, (ulong)address);
    }
}
