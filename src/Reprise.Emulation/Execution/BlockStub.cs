using System.Buffers.Binary;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Execution;

// Goal: the stub of a block, which counts it in place of its hook. A guest that boots has a hundred thousand, so it is assembled once;
// for each block a copy is made and the few places are filled in that differ.
//
// Invariant: the places are found in the assembled code by what stands in them, and each must be there once.

/// <summary>Makes stubs that count a block (<see cref="TranslationTuner"/>).</summary>
internal sealed unsafe class BlockStub
{
    /// <summary>Bytes of the jump to a stub.</summary>
    public const int JumpLength = 5;

    private const byte Jump = 0xE9;

    // No stub is below 2 GiB, so that nothing else has these values.
    private const ulong Entry = 0x1000;
    private const ulong Behind = 0x2000_0000;
    private const ulong Check = 0x2100_0000;
    private const ulong Hook = 0x2200_0000;

    private readonly byte[] _code;
    private readonly int _entry;
    private readonly int _behind;
    private readonly int _check;
    private readonly int _hook;

    /// <param name="state">What counts.</param>
    /// <param name="unicorn">The hook's first argument.</param>
    /// <param name="flagOffset">Where the flag is that asks for a stop, from the CPU's state.</param>
    public BlockStub(CounterState* state, nint unicorn, int flagOffset)
    {
        var code = new Assembler(64);
        var slow = code.CreateLabel();
        code.mov(rax, Entry);
        code.mov(rcx, (ulong)state);
        code.mov(r8d, __dword_ptr[rcx + CounterState.EpochOffset]);
        code.cmp(__dword_ptr[rax + BlockEntry.EpochOffset], r8d);
        code.jne(slow);
        CounterCode.EmitCount(code, slow);
        code.cmp(__dword_ptr[rbp + flagOffset], 0);
        code.jge(Behind);
        code.jmp(Check);
        code.Label(ref slow);
        code.mov(rdi, (ulong)unicorn);
        code.jmp(Hook);
        _code = CounterCode.Bytes(code, 0);
        _entry = EndOf(instruction => instruction.Code == Code.Mov_r64_imm64 && instruction.Immediate64 == Entry) - sizeof(ulong);
        _behind = EndOfBranch(Behind);
        _check = EndOfBranch(Check);
        _hook = EndOfBranch(Hook);
    }

    /// <summary>Bytes of a stub.</summary>
    public int Length => _code.Length;

    /// <summary>Adds a stub.</summary>
    /// <param name="area">Has room for it.</param>
    /// <param name="entry">What it counts.</param>
    /// <param name="behind">Where it goes on when the block is counted.</param>
    /// <param name="check">The same, when somebody asked for a stop.</param>
    /// <param name="hook">The hook's call behind its first argument: where it goes when it does not count the block.</param>
    /// <returns>Where it begins.</returns>
    public nint Add(ExecutableMemory area, BlockEntry* entry, nint behind, nint check, nint hook)
    {
        var at = area.Append(_code);

        // SAFETY: that many bytes were just appended there.
        var code = new Span<byte>((void*)at, _code.Length);
        BinaryPrimitives.WriteInt64LittleEndian(code[_entry..], (nint)entry);
        WriteDistance(code, _behind, at, behind);
        WriteDistance(code, _check, at, check);
        WriteDistance(code, _hook, at, hook);
        return at;
    }

    /// <summary>Writes a jump to a stub.</summary>
    /// <param name="at">Code that is no longer needed, <see cref="JumpLength"/> bytes.</param>
    /// <param name="stub">Where it goes.</param>
    public static void WriteJump(nint at, nint stub)
    {
        // SAFETY: the caller says so.
        var code = new Span<byte>((void*)at, JumpLength);
        code[0] = Jump;
        WriteDistance(code, JumpLength, at, stub);
    }

    private static void WriteDistance(Span<byte> code, int end, nint at, nint target) =>
        BinaryPrimitives.WriteInt32LittleEndian(code[(end - sizeof(int))..], checked((int)(target - at - end)));

    private int EndOfBranch(ulong target) => EndOf(instruction =>
        instruction.Code is Code.Jge_rel32_64 or Code.Jmp_rel32_64 && instruction.NearBranchTarget == target);

    /// <summary>Where the one instruction ends that is such.</summary>
    private int EndOf(Func<Instruction, bool> isIt)
    {
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(_code));
        var ends = new List<int>();
        while (decoder.IP < (ulong)_code.Length)
        {
            decoder.Decode(out var instruction);
            if (isIt(instruction))
            {
                ends.Add((int)instruction.NextIP);
            }
        }

        return ends is [var end] ? end : throw new InvalidOperationException($"{ends.Count} of one instruction in a stub");
    }
}
