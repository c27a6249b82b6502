using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Reprise.Emulation.Execution;

// Goal: forget one page of Unicorn's TLB for next to nothing, since every access to a device does: its own function for
// that looks through all modes and victims, and clears a part of the jump cache.
//
// Where the tables are is read from translated code, which looks each access up: shift the address, mask it, add it to
// the table, compare. There is a table for each privilege; those that code was seen to use are known.
//
// Invariants:
// - An entry is changed only if it is the page's; when none is found the caller forgets the page another way.
// - An entry is spoiled, not emptied: all bits below the page are set, one of which says "invalid" to Unicorn. So it
//   matches nothing any more, and still is an entry to Unicorn's count of them, by which it sizes the TLB.

/// <summary>The tables of Unicorn's TLB.</summary>
/// <param name="state">Has the CPU's state, to which translated code is relative.</param>
/// <param name="pageSize">Bytes of a page; a power of two.</param>
internal sealed unsafe class TlbTables(CounterState* state, int pageSize)
{
    private const int EntryBits = 6;
    private const int LookupLength = 32;
    private const byte Wide = 0x48; // the REX prefix of 64-bit operands

    // shr edi, page bits - entry bits
    private readonly byte[] _shift = [0xC1, 0xEF, (byte)(BitOperations.Log2((uint)pageSize) - EntryBits)];
    private readonly HashSet<(int Offset, bool IsWide)> _known = [];
    private (int Offset, bool IsWide)[] _tables = [];

    /// <summary>Looks for lookups in translated code.</summary>
    public void Learn(ReadOnlySpan<byte> code)
    {
        for (int at; (at = code.IndexOf(_shift)) >= 0;)
        {
            code = code[(at + _shift.Length)..];
            if (TableOf(code[..Math.Min(code.Length, LookupLength)]) is { } table && _known.Add(table))
            {
                _tables = [.. _known];
            }
        }
    }

    /// <summary>A lookup was seen that is as expected.</summary>
    public bool AreKnown => _tables.Length > 0;

    /// <summary>Entries of the largest table that is known.</summary>
    public int Entries
    {
        get
        {
            var entries = 0;
            foreach (var (offset, _) in _tables)
            {
                // SAFETY: as below.
                entries = Math.Max(entries, (int)(*(nuint*)(state->CpuState + offset) >> EntryBits) + 1);
            }

            return entries;
        }
    }

    /// <summary>Where in the code something begins that may be a lookup; -1 for nowhere.</summary>
    public int NextLookup(ReadOnlySpan<byte> code) => code.IndexOf(_shift);

    /// <summary>Forgets a page.</summary>
    /// <returns>False: it was not found.</returns>
    public bool TryForget(ulong page)
    {
        var isFound = false;
        foreach (var (offset, isWide) in _tables)
        {
            // SAFETY: the translated code of this engine reads the same two fields for each access.
            var fields = (nuint*)(state->CpuState + offset);
            var entry = (void*)(fields[1] + ((nuint)(page >> _shift[2]) & fields[0]));
            isFound |= isWide
                ? ((Entry<ulong>*)entry)->TrySpoil(page, (ulong)pageSize - 1)
                : ((Entry<uint>*)entry)->TrySpoil((uint)page, (uint)pageSize - 1);
        }

        return isFound;
    }

    /// <summary>
    /// <c>and edi, [rbp + offset]; add rdi, [rbp + offset + 8]; ... cmp esi, [rdi (+ 4)]</c>; of a guest with addresses
    /// of 64 bits rdi and rsi, and + 8.
    /// </summary>
    private static (int Offset, bool IsWide)? TableOf(ReadOnlySpan<byte> code)
    {
        var isWide = code.StartsWith((ReadOnlySpan<byte>)[Wide]);
        if (Displacement(code, isWide ? [Wide, 0x23] : [0x23], out var length) is not { } mask
            || Displacement(code[length..], [Wide, 0x03], out var second) is not { } table
            || table != mask + sizeof(ulong))
        {
            return null;
        }

        var rest = code[(length + second)..];
        var compare = rest.IndexOf((ReadOnlySpan<byte>)[0x3B, 0x37]);
        compare = compare >= 0 ? compare : rest.IndexOf((ReadOnlySpan<byte>)[0x3B, 0x77, (byte)(isWide ? 8 : 4)]);
        return compare > 0 && (isWide ? rest[compare - 1] == Wide : (rest[compare - 1] & 0xF0) != 0x40)
            ? (mask, isWide)
            : null;
    }

    /// <summary>Of an instruction with edi or rdi and memory at rbp.</summary>
    private static int? Displacement(ReadOnlySpan<byte> code, ReadOnlySpan<byte> opcode, out int length)
    {
        length = opcode.Length + 1 + sizeof(int);
        if (code.Length < length || !code.StartsWith(opcode))
        {
            return null;
        }

        var operand = code[opcode.Length..];
        switch (operand[0])
        {
            case 0xBD:
                return BinaryPrimitives.ReadInt32LittleEndian(operand[1..]);
            case 0x7D:
                length = opcode.Length + 2;
                return (sbyte)operand[1];
            default:
                return null;
        }
    }

    /// <summary>The part of an entry that code compares with. The low bits of an address are flags.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public T Read;
        public T Write;
        public T Code;

        public bool TrySpoil(T page, T flags)
        {
            if (!IsOf(Read, page, flags) && !IsOf(Write, page, flags))
            {
                return false;
            }

            Read |= flags;
            Write |= flags;
            Code |= flags;
            return true;
        }

        private static bool IsOf(T address, T page, T flags) => (address & ~flags) == page && (address & flags) != flags;
    }
}
