using System.Buffers.Binary;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// Memory as the processor itself accesses it when it enters an exception: by linear addresses, through the page tables.
/// The first access that fails leaves its fault in <see cref="Fault"/>, and those that follow do nothing.
/// </summary>
/// <param name="state">The processor's registers.</param>
/// <param name="tables">Where addresses are.</param>
/// <param name="memory">What is there; devices are not accessed.</param>
internal sealed class LinearMemory(X86State state, PageTables tables, MemoryMap memory)
{
    /// <summary>The page fault of the first access that failed since <see cref="Begin"/>.</summary>
    public GuestFault? Fault { get; private set; }

    /// <summary>Forgets the fault.</summary>
    public void Begin() => Fault = null;

    public ulong Read(ulong address, int size)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bytes.Clear();
        for (int i = 0, count; i < size; i += count)
        {
            count = Together(address + (ulong)i, size - i);
            if (Place(address + (ulong)i, MemoryAccess.Read, asUser: false) is not { } physical)
            {
                return 0;
            }

            var place = memory.BytesFrom(physical);
            if (place.Length >= count)
            {
                place[..count].CopyTo(bytes[i..]);
            }
            else
            {
                bytes.Slice(i, count).Fill(byte.MaxValue);
            }
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Bytes as they are, without a trace of the look; null where they can't be read, or are no memory.</summary>
    /// <param name="address">The linear address.</param>
    /// <param name="size">At most 8.</param>
    public ulong? Peek(ulong address, int size)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bytes.Clear();
        for (int i = 0, count; i < size; i += count)
        {
            var at = state.IsLongMode ? address + (ulong)i : (uint)(address + (ulong)i);
            count = Together(at, size - i);
            if (!tables.IsCanonical(at) || !tables.TryAccess(at, MemoryAccess.Read, asUser: false, out var physical, out _)
                || memory.BytesFrom(physical) is var place && place.Length < count)
            {
                return null;
            }

            place[..count].CopyTo(bytes[i..]);
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <param name="address">The linear address.</param>
    /// <param name="value">Its low bytes are written.</param>
    /// <param name="size">How many.</param>
    /// <param name="asUser">With a user's rights.</param>
    public void Write(ulong address, ulong value, int size, bool asUser)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        for (int i = 0, count; i < size; i += count)
        {
            count = Together(address + (ulong)i, size - i);
            if (Place(address + (ulong)i, MemoryAccess.Write, asUser) is not { } physical)
            {
                return;
            }

            if (!memory.IsReadOnly(physical))
            {
                memory.Write(physical, bytes.Slice(i, count));
            }
        }
    }

    /// <summary>How many bytes from an address on are in its page.</summary>
    private int Together(ulong address, int size) =>
        Math.Min(size, memory.PageSize - (int)(address & (ulong)(memory.PageSize - 1)));

    private ulong? Place(ulong address, MemoryAccess access, bool asUser)
    {
        if (Fault is not null)
        {
            return null;
        }

        address = state.IsLongMode ? address : (uint)address;
        if (!tables.IsCanonical(address))
        {
            // What is written is a stack.
            Fault = new GuestFault(access == MemoryAccess.Write ? GuestFault.Stack : GuestFault.Protection);
            return null;
        }

        if (!tables.TryAccess(address, access, asUser, out var physical, out _))
        {
            Fault = GuestFault.Page(address, tables.ErrorOf(address, access, asUser));
            return null;
        }

        tables.Note(address, access, static (_, _, _) => { });
        return physical;
    }
}
