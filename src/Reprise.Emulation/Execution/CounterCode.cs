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
    /// <summary>Entries in the table; a power of two. 64 Ki x 32 bytes = 2 MiB.</summary>
    public const int TableLength = 1 << 16;

    private const int HashMultiplier = 0x9e35;

    public static int Slot(ulong address, uint size) =>
        (int)(((uint)address >> 1) + size * HashMultiplier & (TableLength - 1));

    public static byte[] Emit()
    {
        var code = new Assembler(64);
        var slow = code.CreateLabel();

        // rax = &Table[Slot(address, size)]
        code.mov(eax, esi);
        code.shr(eax, 1);
        code.imul(r8d, edx, HashMultiplier);
        code.add(eax, r8d);
        code.and(eax, TableLength - 1);
        code.shl(eax, 5);
        code.add(rax, __qword_ptr[rcx + 40]);

        // The same block, seen in this epoch?
        code.mov(r8d, edx);
        code.or(r8, __qword_ptr[rcx + 16]);
        code.cmp(__qword_ptr[rax], rsi);
        code.jne(slow);
        code.cmp(__qword_ptr[rax + 8], r8);
        code.jne(slow);

        // Position + Count <= Limit?
        code.mov(r8, __qword_ptr[rcx]);
        code.add(r8, __qword_ptr[rax + 16]);
        code.cmp(r8, __qword_ptr[rcx + 8]);
        code.ja(slow);
        code.mov(__qword_ptr[rcx], r8);
        code.mov(__qword_ptr[rcx + 24], rax);
        code.ret();

        code.Label(ref slow);
        code.jmp(__qword_ptr[rcx + 32]);

        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), rip: 0);
        return stream.ToArray();
    }
}
