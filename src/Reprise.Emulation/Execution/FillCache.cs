using System.Runtime.InteropServices;
using Iced.Intel;
using Reprise.Unicorn;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Execution;

// Goal: a TLB behind Unicorn's, for guests that walk through more pages than that holds. Unicorn's has one place for a page,
// and a guest that takes every eighth page (a list of large blocks) fills an eighth of it; each miss then costs a call into
// managed code and a look at the tables.
//
// What was answered for a data access is answered again by a few host instructions, as the hook that Unicorn calls:
// uint8_t (uc = rdi, page = rsi, access = edx, entry = rcx, state = r8).
//
// Invariants:
// - It is forgotten whenever Unicorn's TLB is. So an answer is right here exactly as long as it is right there.
// - Unicorn forgets its own when the guest loads a control register, and nobody is told: answers hold only while the
//   words of the state that they hang on are as they were.

/// <summary>Answers to TLB misses that were given since the TLB was forgotten.</summary>
internal sealed unsafe class FillCache : IDisposable
{
    private const int PlaceBits = 15;
    private const ulong HashMultiplier = 0x9e37_79b9_7f4a_7c15;
    private const ulong WriteKey = 1 << 8; // bits of a key below the page: privilege, then the kind of access

    private readonly CounterState* _state;
    private readonly StateWord[] _words;
    private readonly StateWord _privilege;
    private ulong _generation;

    /// <param name="state">Where emitted code finds what is known.</param>
    /// <param name="translation">Whose answers they are.</param>
    public FillCache(CounterState* state, IAddressTranslation translation)
    {
        _words = [.. translation.AnswersHangOn];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_words.Length, CounterState.MostFillWords, nameof(translation));
        _privilege = translation.PrivilegeWord;
        _state = state;
        _state->Fills = (nint)NativeMemory.AllocZeroed(1 << PlaceBits, (nuint)sizeof(Place));
        Forget();
    }

    /// <summary>Forgets everything.</summary>
    public void Forget() => _state->FillGeneration = ++_generation;

    /// <summary>Keeps an answer.</summary>
    /// <param name="page">The guest's address of the page.</param>
    /// <param name="isWrite">What was asked for: to write, or to read.</param>
    /// <param name="answer">What was answered.</param>
    public void Add(ulong page, bool isWrite, in TlbEntry answer)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            if (_words[i].Value is var value && value != _state->FillWords[i])
            {
                _state->FillWords[i] = value;
                Forget();
            }
        }

        var key = page | _privilege.Value;
        Put(key, answer);
        if (isWrite)
        {
            Put(key | WriteKey, answer);
        }
    }

    /// <summary>The hook, which goes on to <see cref="CounterState.FillSlowly"/> with what is not known.</summary>
    public byte[] Emit()
    {
        var code = new Assembler(64);
        var slow = code.CreateLabel();
        code.cmp(edx, (int)MemoryAccess.Fetch);
        code.je(slow);
        for (var i = 0; i < _words.Length; i++)
        {
            code.mov(rax, _words[i].Address);
            code.mov(r9, _words[i].Mask);
            code.and(r9, __qword_ptr[rax]);
            code.cmp(r9, __qword_ptr[r8 + CounterState.FillWordsOffset + i * sizeof(ulong)]);
            code.jne(slow);
        }

        code.mov(rax, _privilege.Address);
        code.mov(r9, _privilege.Mask);
        code.and(r9, __qword_ptr[rax]);
        code.or(r9, rsi);
        code.xor(eax, eax);
        code.cmp(edx, (int)MemoryAccess.Write);
        code.sete(al);
        code.shl(eax, 8);
        code.or(r9, rax);

        code.mov(rax, HashMultiplier);
        code.imul(rax, r9);
        code.shr(rax, 64 - PlaceBits);
        code.shl(rax, Place.SizeBits);
        code.add(rax, __qword_ptr[r8 + CounterState.FillsOffset]);
        code.cmp(__qword_ptr[rax + Place.KeyOffset], r9);
        code.jne(slow);
        code.mov(r9, __qword_ptr[rax + Place.GenerationOffset]);
        code.cmp(r9, __qword_ptr[r8 + CounterState.FillGenerationOffset]);
        code.jne(slow);
        code.mov(r9, __qword_ptr[rax + Place.PhysicalOffset]);
        code.mov(eax, __dword_ptr[rax + Place.RightsOffset]);
        code.mov(__qword_ptr[rcx], r9);
        code.mov(__dword_ptr[rcx + sizeof(ulong)], eax);
        code.mov(eax, 1);
        code.ret();
        code.Label(ref slow);
        code.jmp(__qword_ptr[r8 + CounterState.FillSlowlyOffset]);
        return CounterCode.Bytes(code, 0);
    }

    public void Dispose()
    {
        NativeMemory.Free((void*)_state->Fills);
        _state->Fills = 0;
    }

    private void Put(ulong key, in TlbEntry answer)
    {
        // SAFETY: the table has 2^PlaceBits places, and so many bits are left of the hash.
        ref var place = ref ((Place*)_state->Fills)[key * HashMultiplier >> (64 - PlaceBits)];
        place.Key = key;
        place.Generation = _generation;
        place.Physical = answer.PhysicalAddress;
        place.Rights = (uint)answer.Permissions;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Place
    {
        public const int KeyOffset = 0;
        public const int GenerationOffset = 8;
        public const int PhysicalOffset = 16;
        public const int RightsOffset = 24;
        public const int SizeBits = 5;

        public ulong Key;
        public ulong Generation;
        public ulong Physical;
        public uint Rights;
    }
}
