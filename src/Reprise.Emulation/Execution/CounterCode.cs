using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Execution;

/// <summary>
/// The block hook as host machine code: <c>void (uc = rdi, address = rsi, size = edx, CounterState* = rcx)</c>.
/// Looks the block up by address and size; when it is known in this epoch and fits under the limit, adds its count and
/// returns. Anything else jumps to the managed slow path with the arguments untouched. It uses rax and r8 only, which
/// the convention lets a callee destroy.
/// </summary>
internal static class CounterCode
{
    /// <summary>Entries in the table; a power of two. 64 Ki x 8 bytes = 512 KiB.</summary>
    public const int TableLength = 1 << 16;

    private const int HashMultiplier = 0x9e35;

    public static int Slot(ulong address, uint size) =>
        (int)(((uint)address >> 1) + size * HashMultiplier & (TableLength - 1));

    public static byte[] Emit()
    {
        var code = new Assembler(64);
        var slow = code.CreateLabel();

        // rax = Table[Slot(address, size)]
        code.mov(eax, esi);
        code.shr(eax, 1);
        code.imul(r8d, edx, HashMultiplier);
        code.add(eax, r8d);
        code.and(eax, TableLength - 1);
        code.mov(r8, __qword_ptr[rcx + CounterState.TableOffset]);
        code.mov(rax, __qword_ptr[r8 + rax * 8]);

        // The same block, seen in this epoch?
        code.mov(r8d, edx);
        code.or(r8, __qword_ptr[rcx + CounterState.EpochHighOffset]);
        code.cmp(__qword_ptr[rax + BlockEntry.AddressOffset], rsi);
        code.jne(slow);
        code.cmp(__qword_ptr[rax + BlockEntry.SizeAndEpochOffset], r8);
        code.jne(slow);
        EmitCount(code, slow);
        code.ret();

        code.Label(ref slow);
        EmitSlow(code);
        return Bytes(code, 0);
    }

    /// <summary>Goes on to the managed slow path, with the hook's arguments and where the hook returns to.</summary>
    public static void EmitSlow(Assembler code)
    {
        code.mov(rax, __qword_ptr[rsp]);
        code.mov(__qword_ptr[rcx + CounterState.ReturnAddressOffset], rax);
        code.mov(__qword_ptr[rcx + CounterState.CpuStateOffset], rbp);
        code.jmp(__qword_ptr[rcx + CounterState.SlowPathOffset]);
    }

    /// <summary>Adds the count of the block rax to the state rcx, or goes the slow way if that passes the limit.</summary>
    public static void EmitCount(Assembler code, Label slow)
    {
        code.mov(r8, __qword_ptr[rcx + CounterState.PositionOffset]);
        code.add(r8, __qword_ptr[rax + BlockEntry.CountOffset]);
        code.cmp(r8, __qword_ptr[rcx + CounterState.LimitOffset]);
        code.ja(slow);
        code.mov(__qword_ptr[rcx + CounterState.PositionOffset], r8);
        code.mov(__qword_ptr[rcx + CounterState.CurrentOffset], rax);
    }

    /// <summary>The code as it is at an address.</summary>
    public static byte[] Bytes(Assembler code, nint address)
    {
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), (ulong)address);
        return stream.ToArray();
    }
}
