using System.Numerics;
using Iced.Intel;
using Reprise.Emulation.Memory;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Execution;

// Goal: an access to a page of memory that an MPU has different rights for, in a few host instructions, where it is allowed
// and nobody else wants to know of it. Stacks with a guard lie in such pages.
//
// These are the callbacks that Unicorn calls for all alias pages: uint64_t (uc = rdi, offset = rsi, size = edx, state = rcx),
// and void (uc = rdi, offset = rsi, size = edx, value = rcx, state = r8). An aligned access to an allowed part of a kept page
// is made here; all others go to the managed callback. When that has asked for it, translated code is left from here, where no
// managed frame is in between.

/// <summary>The callbacks of alias pages as host machine code.</summary>
internal static class KeptPageCode
{
    private const int PartBits = 5;
    private static readonly byte _slotBits = (byte)BitOperations.Log2(RamRegion.Alignment);

    /// <param name="kept">Offset of the first kept page.</param>
    public static byte[] EmitRead(ulong kept)
    {
        var code = new Assembler(64);
        var slow = code.CreateLabel();
        var half = code.CreateLabel();
        var single = code.CreateLabel();
        EmitLookup(code, rcx, (int)kept, KeptPage.ReadableOffset, slow);
        code.cmp(edx, sizeof(uint));
        code.jne(half);
        code.mov(eax, __dword_ptr[r9]);
        code.ret();
        code.Label(ref half);
        code.cmp(edx, sizeof(ushort));
        code.jne(single);
        code.movzx(eax, __word_ptr[r9]);
        code.ret();
        code.Label(ref single);
        code.cmp(edx, 1);
        code.jne(slow);
        code.movzx(eax, __byte_ptr[r9]);
        code.ret();
        EmitSlow(code, rcx, CounterState.ReadSlowlyOffset, slow);
        return CounterCode.Bytes(code, 0);
    }

    /// <param name="kept">Offset of the first kept page.</param>
    public static byte[] EmitWrite(ulong kept)
    {
        var code = new Assembler(64);
        var slow = code.CreateLabel();
        var half = code.CreateLabel();
        var single = code.CreateLabel();
        EmitLookup(code, r8, (int)kept, KeptPage.WritableOffset, slow);
        code.cmp(edx, sizeof(uint));
        code.jne(half);
        code.mov(__dword_ptr[r9], ecx);
        code.ret();
        code.Label(ref half);
        code.cmp(edx, sizeof(ushort));
        code.jne(single);
        code.mov(__word_ptr[r9], cx);
        code.ret();
        code.Label(ref single);
        code.cmp(edx, 1);
        code.jne(slow);
        code.mov(__byte_ptr[r9], cl);
        code.ret();
        EmitSlow(code, r8, CounterState.WriteSlowlyOffset, slow);
        return CounterCode.Bytes(code, 0);
    }

    /// <summary>r9 = the access's place in memory, or on to the slow path. Uses rax, r10 and r11 too.</summary>
    private static void EmitLookup(Assembler code, AssemblerRegister64 state, int kept, int rights, Label slow)
    {
        code.mov(r9, rsi);
        code.sub(r9, kept);
        code.jb(slow);

        // Aligned accesses stay in one part.
        code.lea(eax, __[rdx - 1]);
        code.test(r9d, eax);
        code.jne(slow);
        code.mov(r10, r9);
        code.shr(r10, _slotBits);
        code.shl(r10, KeptPage.SizeBits);
        code.add(r10, __qword_ptr[state + CounterState.KeptOffset]);
        code.and(r9d, RamRegion.Alignment - 1);
        code.mov(eax, r9d);
        code.shr(eax, PartBits);
        code.mov(r11d, __dword_ptr[r10 + rights]);
        code.bt(r11d, eax);
        code.jae(slow);
        code.add(r9, __qword_ptr[r10 + KeptPage.HostOffset]);
    }

    private static void EmitSlow(Assembler code, AssemblerRegister64 state, int callback, Label slow)
    {
        var leave = code.CreateLabel();
        code.Label(ref slow);
        code.push(rbx);
        code.mov(rbx, state);
        code.call(__qword_ptr[state + callback]);
        code.cmp(__qword_ptr[rbx + CounterState.LeaveFromOffset], 0);
        code.jne(leave);
        code.pop(rbx);
        code.ret();
        code.Label(ref leave);
        code.mov(rdi, __qword_ptr[rbx + CounterState.CpuOffset]);
        code.mov(rsi, __qword_ptr[rbx + CounterState.LeaveFromOffset]);
        code.mov(__qword_ptr[rbx + CounterState.LeaveFromOffset], 0);
        code.call(__qword_ptr[rbx + CounterState.LeaveOffset]);
    }
}
