using Iced.Intel;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

// Goal: know when the guest has emptied Unicorn's TLB by itself, as a load of a control register does, since nobody is told:
// what is then filled again costs no care, and emptying it once more is not needed.
// And keep its size: an entry that was put aside and is then forgotten or filled again is taken off the count of entries a second
// time. Below zero that is a huge number, by which the TLB doubles whenever it is emptied, to 4 Mi entries that each time are cleared.
//
// Where Unicorn notes it, is read from the function that empties the TLB: it takes the modes that hold something from a
// field of the CPU's state, and counts in the fields behind that. In the record of each mode it sets the count of entries to zero.
//
// Invariant: nothing is read unless the code is as expected; then the TLB counts as never emptied, which costs speed and
// nothing else.

/// <summary>What Unicorn notes about its TLB as a whole.</summary>
internal sealed unsafe class TlbRecord
{
    private const int LongestEntry = 32;
    private const int LongestFlush = 512;

    /// <summary>
    /// More than are ever put aside. It keeps the TLB at twice as many entries: in one of 256, what lies at multiples of 1 MiB, as
    /// kernels, programs and devices do, would share an entry.
    /// </summary>
    private const nint FewestEntries = 512;

    private readonly ushort* _used;
    private readonly ulong* _wholly;
    private readonly ulong* _partly;

    private readonly nint _count;
    private readonly int _stride;

    private TlbRecord(nint state, int used, int wholly, int partly, (int Stride, int Offset)? count)
    {
        (_stride, _count) = count is { } found ? (found.Stride, state + found.Offset) : default;
        _used = (ushort*)(state + used);
        _wholly = (ulong*)(state + wholly);
        _partly = (ulong*)(state + partly);
    }

    /// <summary>Nothing was put into it since it was emptied.</summary>
    public bool IsEmpty => *_used == 0;

    /// <summary>Another value whenever something that was in it has been forgotten with all else.</summary>
    public ulong Flushes => *_wholly + *_partly;

    /// <summary>No mode's count of entries comes below zero by the next fill, or the next page that is forgotten.</summary>
    /// <param name="modes">The first so many modes.</param>
    public void CorrectCounts(int modes)
    {
        for (var mode = 0; mode < modes && _count != 0; mode++)
        {
            var count = (nint*)(_count + mode * _stride);
            if (*count < FewestEntries)
            {
                *count = FewestEntries;
            }
        }
    }

    /// <summary>Finds it; null when it is not where it is expected.</summary>
    /// <param name="cpu">Unicorn's record of the CPU; zero for none.</param>
    /// <param name="target">Which of Unicorn's targets it is.</param>
    public static TlbRecord? Find(nint cpu, string target)
    {
        if (cpu == 0 || !UnicornLibrary.TryGetExport($"tlb_flush_by_mmuidx_{target}", out var flush))
        {
            return null;
        }

        // cpu = rdi, modes = esi: it jumps on to the function that does it, or is that itself.
        var decoder = HostCode.DecoderAt(flush, LongestEntry);
        while (decoder.IP < (ulong)(flush + LongestEntry - 16))
        {
            decoder.Decode(out var instruction);
            if (instruction.Code is Code.Jmp_rel32_64 or Code.Jmp_rel8_64)
            {
                flush = (nint)instruction.NearBranchTarget;
                break;
            }
        }

        return FieldsOf(flush) is { } fields
            // SAFETY: the function reads and writes the same fields of this CPU's state.
            ? new TlbRecord(*(nint*)(cpu + fields.State), fields.Used, fields.Wholly, fields.Partly, CountsIn(flush, fields.State))
            : null;
    }

    /// <summary>
    /// <c>state = cpu->state; modes &amp;= state->used; ... state->wholly += 1 ... state->partly += n</c>, the last right behind
    /// the one before.
    /// </summary>
    private static (int State, int Used, int Wholly, int Partly)? FieldsOf(nint function)
    {
        var decoder = HostCode.DecoderAt(function, LongestFlush);
        (Register Register, int Offset)? state = null;
        int? used = null, wholly = null;
        var counts = new List<int>();
        while (decoder.IP < (ulong)(function + LongestFlush - 16))
        {
            decoder.Decode(out var instruction);
            if (instruction.MemoryIndex != Register.None)
            {
                continue;
            }

            var offset = (int)instruction.MemoryDisplacement64;
            if (state is null && instruction.Code == Code.Mov_r64_rm64 && instruction.MemoryBase == Register.RDI)
            {
                state = (instruction.Op0Register, offset);
            }
            else if (state is null || instruction.MemoryBase != state.Value.Register)
            {
                continue;
            }
            else if (instruction.Code == Code.And_r16_rm16)
            {
                used ??= offset;
            }
            else if (instruction.Code == Code.Add_rm64_imm8 && instruction.GetImmediate(1) == 1)
            {
                wholly ??= offset;
            }
            else if (instruction.Code == Code.Add_rm64_r64)
            {
                counts.Add(offset);
            }
        }

        return (state, used, wholly) is ({ } found, { } first, { } second)
            && second == first + sizeof(ulong) && counts.Contains(second + sizeof(ulong))
            ? (found.Offset, first, second, second + sizeof(ulong))
            : null;
    }

    /// <summary><c>zero ^= zero; of = mode * stride; ... state[of + offset] = zero</c>, 16 bytes of it.</summary>
    private static (int Stride, int Offset)? CountsIn(nint function, int stateOffset)
    {
        var decoder = HostCode.DecoderAt(function, LongestFlush);
        var state = Register.None;
        var zeros = new HashSet<Register>();
        var strides = new Dictionary<Register, int>();
        while (decoder.IP < (ulong)(function + LongestFlush - 16))
        {
            decoder.Decode(out var instruction);
            switch (instruction.Code)
            {
                case Code.Mov_r64_rm64 when instruction.MemoryBase == Register.RDI
                    && (int)instruction.MemoryDisplacement64 == stateOffset:
                    state = instruction.Op0Register;
                    break;
                case Code.Pxor_xmm_xmmm128 when instruction.Op0Register == instruction.Op1Register:
                    zeros.Add(instruction.Op0Register);
                    break;
                case Code.Imul_r64_rm64_imm32:
                    strides[instruction.Op0Register] = (int)instruction.GetImmediate(2);
                    break;
                case Code.Movups_xmmm128_xmm when zeros.Contains(instruction.Op1Register) && instruction.MemoryBase == state
                    && instruction.MemoryIndexScale == 1 && strides.TryGetValue(instruction.MemoryIndex, out var stride):
                    return (stride, (int)instruction.MemoryDisplacement64);
            }
        }

        return null;
    }
}
