using Iced.Intel;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

// Goal: instructions that fault at unaligned addresses do, though Unicorn translates them as if they did not, and aligned
// accesses stay as fast as they are.
//
// Translated code looks each access up: it cuts the address down to its page and compares that with the TLB's entry. Where
// an alignment is asked for, the same code keeps the address's low bits, so that an unaligned one never compares equal and
// goes to the helper, which is told the alignment too and raises the exception. So two constants and a distance of each
// lookup are put as if the alignment had been asked for, before the block runs for the first time.
//
// Invariants:
// - A lookup is changed only where every instruction is the expected one. If an instruction's is not, the block is refused,
//   and the engine finds those faults by hooks.
// - Which instruction a lookup belongs to is asked of Unicorn, which can tell for each address of translated code.

/// <summary>Asks for an alignment of 4 or 16 bytes (<see cref="VectorCheck"/>) where the guest's instructions need it.</summary>
internal sealed unsafe class AlignmentPatch(
    UnicornEngine unicorn, CpuInternals cpu, TranslatedCode translated, IInstructionDecoder decoder, GuestCode code)
    : IDisposable
{
    private const int LengthOfVector = 16;
    private const byte LowBits = 3;
    private const int LongestLookup = 64;
    private const int LongestCall = 40;

    /// <summary>MO_ALIGN_4 in the helper's argument, beside the size of the access.</summary>
    private const uint AskFor4 = 2 << 8;
    private const uint AnyAlignment = 7 << 8;

    private readonly VectorCheck _vectors = new();
    private readonly HashSet<nint> _done = [];
    private uint _flushes;
    private bool _hasSeenLookup;

    /// <summary>Patches the translation of a block that is about to run.</summary>
    /// <param name="from">Where its hook returns to.</param>
    /// <param name="block">The block.</param>
    /// <returns>False: it can't be done.</returns>
    public bool TryApply(nint from, BlockEntry* block)
    {
        if (cpu.Length == 0 || !translated.Contains(from))
        {
            return false;
        }

        if (_flushes != cpu.Flushes)
        {
            _flushes = cpu.Flushes;
            _done.Clear();
        }

        if (!_done.Add(from))
        {
            return true;
        }

        var before = decoder.BlockState;
        var isDone = TryPatchLookups(from, block);
        cpu.TryRestore(from);
        decoder.BlockState = before;
        decoder.RepairAfterFill(unicorn, []);
        return isDone;
    }

    public void Dispose() => _vectors.Dispose();

    private bool TryPatchLookups(nint from, BlockEntry* block)
    {
        var (start, end) = (block->Address, block->Address + block->Size);
        ulong? last = null;
        for (var at = from; translated.NextLookup(at) is { } lookup; at = lookup + 1)
        {
            if (!cpu.TryRestore(lookup + 1) || decoder.ReadProgramCounter(unicorn) is var pc && (pc < start || pc >= end))
            {
                break;
            }

            var isDone = decoder.AlignmentOf(code.At(pc)) switch
            {
                0 => true,
                LengthOfVector => pc == last || _vectors.TryPatch(lookup),
                _ => TryPatch(lookup),
            };
            last = pc;
            if (!isDone)
            {
                return false;
            }
        }

        // Where an instruction is undefined or its unit is off, it accesses nothing.
        return _hasSeenLookup || translated.KnowsLookups(from);
    }

    /// <summary>
    /// <c>shr edi; and edi, mask; add rdi, table; esi = address + size - 1; and esi, page; cmp esi, [rdi]; mov esi, address;
    /// jne slow</c>; and, at its target, the size and mode for the helper.
    /// </summary>
    private bool TryPatch(nint lookup)
    {
        var reader = HostCode.DecoderAt(lookup, LongestLookup);
        var parts = new Instruction[8];
        for (var i = 0; i < parts.Length; i++)
        {
            reader.Decode(out parts[i]);
        }

        var (load, cut, compare, branch) = (parts[3], parts[4], parts[5], parts[7]);
        if (parts[1].Code != Code.And_r32_rm32 || parts[2].Code != Code.Add_r64_rm64
            || load.Op0Register != Register.ESI || cut.Code != Code.And_rm32_imm32 || cut.Op0Register != Register.ESI
            || compare.Code != Code.Cmp_r32_rm32 || compare.Op0Register != Register.ESI || compare.MemoryBase != Register.RDI
            || parts[6].Op0Register != Register.ESI || branch.Code != Code.Jne_rel32_64)
        {
            return false;
        }

        _hasSeenLookup = true;
        if ((cut.Immediate32 & LowBits) == LowBits)
        {
            // It asks already, of itself or by us: a look goes on into what lies behind the block, while that is of the same.
            return true;
        }

        if (load.Code != Code.Lea_r32_m || load.MemoryDisplSize != 1 || load.MemoryIndex != Register.None
            || load.MemoryDisplacement64 is not (3 or 7)
            || FindArgument((nint)branch.NearBranchTarget, load.MemoryDisplacement64 == 3 ? 2u : 3) is not { } argument)
        {
            return false;
        }

        // SAFETY: the lookup and its helper's call lie in the buffer of translated code, which only this thread runs.
        *(byte*)(load.NextIP - 1) -= LowBits;
        *(byte*)(cut.NextIP - sizeof(uint)) |= LowBits;
        *(uint*)argument |= AskFor4;
        return true;
    }

    /// <summary>Address of the constant that tells the helper the size (2 for 4 bytes, 3 for 8) and the mode.</summary>
    private nint? FindArgument(nint call, uint size)
    {
        if (!translated.Contains(call))
        {
            return null;
        }

        var reader = HostCode.DecoderAt(call, LongestCall);
        while (reader.IP < (ulong)(call + LongestCall - 16))
        {
            reader.Decode(out var instruction);
            if (instruction.Code == Code.Mov_r32_imm32 && instruction.Op0Register is Register.EDX or Register.ECX)
            {
                var isKnown = (instruction.Immediate32 >> 4 & 3) == size && (instruction.Immediate32 & AnyAlignment) == 0
                    && instruction.Immediate32 <= ushort.MaxValue;
                return isKnown ? (nint)instruction.NextIP - sizeof(uint) : null;
            }
        }

        return null;
    }
}
