using System.Runtime.InteropServices;
using Iced.Intel;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

// Goal: three things that Unicorn can do and its interface can't ask for.
//
// A block of n instructions. To stop behind the n-th instruction of a block, Unicorn's own way ('until') makes three
// translations: of the first part, of the rest, and of the whole when it runs again. Its loop looks in a field of the CPU
// for how the next block is to be translated, and one of n instructions is another than the whole one to it: both stay.
// Where the field is, is read from the loop's own code, which takes the value and writes back -1, "nothing asked for".
//
// Forgetting one page of the TLB. The interface forgets all of it: that clears it, and every page must be filled again.
// The function that forgets one is exported, as all of them are.
//
// Saying which instruction makes an access that a callback is asked for. Unicorn keeps the access's return address in
// translated code (ReturnAddressField says where), and an exported function works out from it where the guest is. Addresses of
// translated code mean something until all of it is dropped, which the last lines of a function count.
//
// Invariant: nothing is written or called unless the code is as expected. With another version, compiler or host it all
// stays as it was: that costs speed and nothing else.

/// <summary>What is reached of an engine's CPU behind Unicorn's interface; each of it may be missing.</summary>
internal sealed unsafe class CpuInternals
{
    /// <summary>Most instructions that a block can be limited to; Unicorn makes none of more.</summary>
    public const ulong LongestBlock = 512;

    private const uint Nothing = uint.MaxValue;
    private const int LongestLoop = 4096;

    /// <summary>The modes (privileges) whose TLBs guests of ours use: four of a Cortex-M, three of an x86.</summary>
    private const int Modes = 4;

    private const int LongestFlush = 512;

    private readonly nint _cpu;
    private readonly TlbRecord? _tlb;
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, ulong, ushort, void> _flushPage;
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, nint, byte, byte> _restore;
    private readonly uint* _flushes;
    private uint* _nextBlock;

    /// <param name="unicorn">
    /// The engine whose CPU it is; must outlive this. It has none before memory was mapped, and then nothing is reached.
    /// </param>
    public CpuInternals(UnicornEngine unicorn)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64
            || !UnicornLibrary.TryGetExport($"helper_check_exit_request_{unicorn.Target}", out var check)
            || CpuOffset(check) is not { } offset)
        {
            return;
        }

        // SAFETY: the function does the same read with this engine.
        _cpu = *(nint*)(unicorn.Pointer + offset);
        if (_cpu == 0)
        {
            return;
        }

        if (UnicornLibrary.TryGetExport($"cpu_loop_exit_restore_{unicorn.Target}", out var leave))
        {
            Leave = leave;
        }

        _tlb = TlbRecord.Find(_cpu, unicorn.Target);

        if (UnicornLibrary.TryGetExport($"tlb_flush_page_by_mmuidx_{unicorn.Target}", out var flush))
        {
            _flushPage = (delegate* unmanaged[SuppressGCTransition]<nint, ulong, ushort, void>)flush;
        }

        // SAFETY: the function reads the same three fields of this CPU.
        if (UnicornLibrary.TryGetExport($"tb_flush_{unicorn.Target}", out var drop)
            && FlushCount(drop) is { } path && *(nint*)(_cpu + path.Engine) == unicorn.Pointer
            && UnicornLibrary.TryGetExport($"cpu_restore_state_{unicorn.Target}", out var restore))
        {
            Length = path.Engine;
            Translator = *(nint*)(unicorn.Pointer + path.Translator);
            _flushes = (uint*)(Translator + path.Count);
            _restore = (delegate* unmanaged[SuppressGCTransition]<nint, nint, byte, byte>)restore;
        }

        // SAFETY: as above, with this CPU.
        if (UnicornLibrary.TryGetExport($"cpu_exec_{unicorn.Target}", out var loop)
            && NextBlockOffset(loop) is { } field && *(uint*)(_cpu + field) == Nothing)
        {
            _nextBlock = (uint*)(_cpu + field);
        }
    }

    /// <summary>Unicorn's record of the CPU; zero when it is not known.</summary>
    public nint Address => _cpu;

    /// <summary>
    /// Unicorn's <c>void (cpu, address)</c> that leaves translated code in the middle of the access that goes on at the address,
    /// as an access that faults does: the program counter is that of the instruction. Zero when there is none.
    /// </summary>
    public nint Leave { get; }

    /// <summary>How much of the CPU's record <see cref="Word"/> can read; 0 when nothing.</summary>
    public int Length { get; }

    /// <summary>Unicorn's record of what it translates, with pointers into the buffer of translated code; zero when it is not known.</summary>
    public nint Translator { get; }

    /// <summary>How often all translated code was dropped.</summary>
    public uint Flushes => *_flushes;

    /// <summary>A word of the CPU's record.</summary>
    /// <param name="offset">In bytes, below <see cref="Length"/>.</param>
    public nint Word(int offset) => *(nint*)(_cpu + offset);

    /// <summary>
    /// Sets the program counter, and what else is put aside while a block runs, to the instruction that an address of
    /// translated code belongs to.
    /// </summary>
    /// <returns>False: it is no such address.</returns>
    public bool TryRestore(nint address) => (_restore(_cpu, address, 0) & 1) != 0;

    /// <summary>Has the next block that runs end behind so many instructions, if not before.</summary>
    /// <returns>False: it can't be asked for. True is no promise: the caller looks at the block that comes.</returns>
    public bool TryLimitNextBlock(ulong instructions)
    {
        if (_nextBlock is null || instructions > LongestBlock)
        {
            return false;
        }

        *_nextBlock = (uint)instructions;
        return true;
    }

    /// <summary>Takes back a limit that no block has used.</summary>
    public void ForgetBlockLimit()
    {
        if (_nextBlock is not null)
        {
            *_nextBlock = Nothing;
        }
    }

    /// <summary>A block was longer than asked for: nothing is asked for again.</summary>
    public void GiveUpBlockLimits()
    {
        ForgetBlockLimit();
        _nextBlock = null;
    }

    /// <summary>Forgets a page of the TLB; false when only all of it can be forgotten.</summary>
    public bool TryFlushPage(ulong page)
    {
        if (_flushPage is null)
        {
            return false;
        }

        _flushPage(_cpu, page, (1 << Modes) - 1);
        CorrectTlb();
        return true;
    }

    /// <summary>To be called whenever something comes into the TLB, so that it stays as small as it should be.</summary>
    public void CorrectTlb() => _tlb?.CorrectCounts(Modes);

    /// <summary>The TLB is known to hold nothing.</summary>
    public bool IsTlbEmpty => _tlb is { IsEmpty: true };

    /// <summary>
    /// Another value whenever the TLB was emptied, by whom ever; always the same where that is not known.
    /// </summary>
    public ulong TlbFlushes => _tlb?.Flushes ?? 0;

    /// <summary>The function begins with <c>rax = uc->cpu</c>.</summary>
    private static int? CpuOffset(nint function)
    {
        var decoder = HostCode.DecoderAt(function, 64);
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
    private static int? NextBlockOffset(nint function)
    {
        var decoder = HostCode.DecoderAt(function, LongestLoop);
        Instruction first = default, second = default, third = default;
        while (decoder.IP < (ulong)(function + LongestLoop - 16))
        {
            decoder.Decode(out var instruction);
            if (first.Code == Code.Mov_r32_rm32 && first.Op1Kind == OpKind.Memory
                && second.Code is Code.Cmp_rm32_imm8 or Code.Cmp_rm32_imm32 && second.Op0Register == first.Op0Register
                && (uint)second.GetImmediate(1) == Nothing
                && third.Mnemonic == Mnemonic.Je
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

    /// <summary><c>a = cpu->engine; b = a->translator; b->count += 1</c>.</summary>
    private static (int Engine, int Translator, int Count)? FlushCount(nint function)
    {
        var decoder = HostCode.DecoderAt(function, LongestFlush);
        Instruction first = default, second = default;
        while (decoder.IP < (ulong)(function + LongestFlush - 16))
        {
            decoder.Decode(out var third);
            if (IsLoad(first) && IsLoad(second) && second.MemoryBase == first.Op0Register
                && third.Code == Code.Add_rm32_imm8 && third.GetImmediate(1) == 1
                && third.MemoryBase == second.Op0Register && third.MemoryIndex == Register.None)
            {
                return ((int)first.MemoryDisplacement64, (int)second.MemoryDisplacement64, (int)third.MemoryDisplacement64);
            }

            (first, second) = (second, third);
        }

        return null;
    }

    private static bool IsLoad(in Instruction instruction) =>
        instruction.Code == Code.Mov_r64_rm64 && instruction.Op1Kind == OpKind.Memory
        && instruction.MemoryIndex == Register.None;
}
