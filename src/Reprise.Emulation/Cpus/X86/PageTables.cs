using System.Buffers.Binary;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

// Goal: the paging of x86 (SDM volume 3, chapter 4): none, 32-bit with 4 MiB pages, PAE, and 4 levels.
//
// Invariants:
// - A walk changes nothing; Note sets accessed and dirty bits. A page may be written without asking again only when its
//   dirty bit is set already.
// - Pages with tables that a walk went through are known, so that the engine sees each write to one and says Forget: what
//   tables say counts at once, INVLPG or not. Another CR3 makes them memory again, up to the next walk.
// - Walks are kept until then. Looking (a debugger) makes no page a table and keeps nothing.

/// <summary>Linear addresses to physical ones.</summary>
/// <param name="state">The processor's registers.</param>
/// <param name="pins">Has the A20 line.</param>
/// <param name="memory">Where the tables are.</param>
/// <param name="isSystemAccess">
/// Whether the instruction that runs may access an address for the processor itself: a descriptor or a task's state.
/// </param>
internal sealed class PageTables(X86State state, X86Pins pins, MemoryMap memory, Func<ulong, bool> isSystemAccess)
    : IAddressTranslation
{
    private const ulong Present = 1 << 0;
    private const ulong Writable = 1 << 1;
    private const ulong User = 1 << 2;
    private const ulong Accessed = 1 << 5;
    private const ulong Dirty = 1 << 6;
    private const ulong PageSize = 1 << 7;
    private const ulong ExecuteDisable = 1ul << 63;
    private const ulong PageOffset = 0xfff;
    private const ulong AddressMask = 0x000f_ffff_ffff_f000;

    // MAXPHYADDR of QEMU's models is 40 and 36; what lies above is reserved.
    private const ulong ReservedAddress = 0x000f_ff00_0000_0000;

    private const ulong Cr0Paging = 1ul << 31;
    private const ulong Cr0WriteProtect = 1 << 16;
    private const ulong Cr4PageSize = 1 << 4;
    private const ulong Cr4PhysicalExtension = 1 << 5;
    private const ulong EferNoExecute = 1 << 11;
    private const ulong Cr4Deciding = Cr4PageSize | Cr4PhysicalExtension;
    private const ulong Cr0Deciding = Cr0Paging | Cr0WriteProtect;
    private const ulong EferDeciding = EferNoExecute | 1 << 10;

    private readonly ulong[] _tableIn = new ulong[memory.PageCount]; // the regime in which a walk went through a page
    private readonly Stack<int> _newTables = [];
    private readonly WalkCache _walks = new();
    private (ulong Cr0, ulong Cr3, ulong Cr4, ulong Efer, bool A20) _last;
    private ulong _regime = 1;

    /// <summary>CR0.PG.</summary>
    public bool IsOn => (state.Cr0 & Cr0Paging) != 0;

    public ulong Regime
    {
        get
        {
            Follow();
            return _regime;
        }
    }

    public uint Privilege => state.PrivilegeLevel == 3 ? 1u : 0u;

    // With PE and VM: instructions that jump before they access memory are none in protected mode.
    public IReadOnlyList<StateWord> AnswersHangOn { get; } =
    [
        state.Word(ref state.Cr0, Cr0Deciding | 1),
        state.Word(ref state.Cr3, ulong.MaxValue),
        state.Word(ref state.Cr4, Cr4Deciding),
        state.Word(ref state.Efer, EferDeciding),
        state.FlagsWord(X86State.VirtualMode),
    ];

    public StateWord PrivilegeWord => state.PrivilegeWord;

    public bool IsSystemAccess(ulong address) => state.PrivilegeLevel == 3 && isSystemAccess(address);

    private bool HasExecuteDisable => (state.Efer & EferNoExecute) != 0 && (state.Cr4 & Cr4PhysicalExtension) != 0;

    /// <summary>In long mode: bits 63 to 48 are as bit 47 (SDM volume 1, 3.3.7.1); no other address is anything.</summary>
    public bool IsCanonical(ulong address) => !state.IsLongMode || IsSignExtended(address);

    /// <summary>It is canonical in long mode: bits 63 to 48 are bit 47.</summary>
    public static bool IsSignExtended(ulong address) => (ulong)((long)address << 16 >> 16) == address;

    public bool TryLook(ulong address, out ulong physical)
    {
        Follow();
        ref var place = ref _walks.PlaceOf(address);
        if (_walks.Holds(place, address))
        {
            physical = place.Walk.Physical | (address & PageOffset);
            return place.Walk.IsPresent;
        }

        var walk = Walk(address, looks: true);
        physical = walk.Physical;
        return walk.IsPresent;
    }

    public bool TryAccess(ulong address, MemoryAccess access, out ulong physical, out PagePermissions rights) =>
        TryAccess(address, access, state.PrivilegeLevel == 3 && !IsSystemAccess(address), out physical, out rights);

    /// <summary>The same, with or without a user's rights.</summary>
    public bool TryAccess(
        ulong address, MemoryAccess access, bool asUser, out ulong physical, out PagePermissions rights)
    {
        ref readonly var walk = ref Find(address).Walk;
        physical = walk.Physical | (address & PageOffset);
        rights = PagePermissions.None;
        if (!walk.IsPresent || !Allows(walk, access, asUser))
        {
            return false;
        }

        rights = PagePermissions.Read;
        rights |= Allows(walk, MemoryAccess.Fetch, asUser) ? PagePermissions.Execute : 0;
        rights |= (walk.IsDirty || access == MemoryAccess.Write) && Allows(walk, MemoryAccess.Write, asUser)
            ? PagePermissions.Write
            : 0;
        return true;
    }

    /// <summary>The error code of a page fault (4.7).</summary>
    public uint ErrorOf(ulong address, MemoryAccess access, bool asUser)
    {
        var walk = Walk(address, looks: true);
        return (walk.IsPresent || walk.HasReservedBits ? 1u : 0)
            | (access == MemoryAccess.Write ? 2u : 0)
            | (asUser ? 4u : 0)
            | (walk.HasReservedBits ? 8u : 0)
            | (access == MemoryAccess.Fetch && HasExecuteDisable ? 16u : 0);
    }

    public void Note(ulong address, MemoryAccess access, Action<ulong, int, uint> overwriting)
    {
        if (!IsOn)
        {
            return;
        }

        ref var place = ref Find(address);
        if (access == MemoryAccess.Write ? place.IsNotedWrite : place.IsNotedRead)
        {
            return;
        }

        ref readonly var walk = ref place.Walk;
        var isChanged = false;
        for (var level = 0; level < walk.Levels; level++)
        {
            var isLast = level == walk.Levels - 1;
            var wanted = Accessed | (isLast && access == MemoryAccess.Write ? Dirty : 0);
            if (!isLast && level == 0 && IsPhysicalExtension)
            {
                // Entries of the first table of PAE have no accessed bit.
                continue;
            }

            isChanged |= Set(walk.Addresses[level], (uint)wanted, overwriting);
        }

        place.Age = isChanged ? 0 : place.Age;
        place.IsNotedRead = true;
        place.IsNotedWrite |= access == MemoryAccess.Write;
    }

    public bool IsTable(int page) => _tableIn[page] == _regime;

    public bool IsPresent(ulong physical, out ulong entry)
    {
        var size = state.IsLongMode || (state.Cr4 & Cr4PhysicalExtension) != 0 ? 8u : 4u;
        entry = physical & ~(size - 1ul);
        return memory.BytesFrom(entry) is not [var low, ..] || (low & (byte)Present) != 0;
    }

    public bool TryTakeNewTable(out int page) => _newTables.TryPop(out page);

    public void Forget() => _walks.Forget();

    /// <summary>The place with the walk to an address's page.</summary>
    private ref WalkCache.Entry Find(ulong address)
    {
        Follow();
        ref var place = ref _walks.PlaceOf(address);
        if (!_walks.Holds(place, address))
        {
            _walks.Keep(ref place, address, Walk(address & ~PageOffset, looks: false));
        }

        return ref place;
    }

    private bool IsPhysicalExtension => (state.Cr4 & Cr4PhysicalExtension) != 0 && !state.IsLongMode;

    private bool Allows(in PageWalk walk, MemoryAccess access, bool asUser) => access switch
    {
        _ when asUser && !walk.IsUser => false,
        MemoryAccess.Write => walk.IsWritable || (!asUser && (state.Cr0 & Cr0WriteProtect) == 0),
        MemoryAccess.Fetch => !walk.IsExecuteNever,
        _ => true,
    };

    private void Follow()
    {
        var now = (state.Cr0 & Cr0Deciding, state.Cr3, state.Cr4 & Cr4Deciding, state.Efer & EferDeciding, pins.A20);
        if (now != _last)
        {
            _last = now;
            _regime++;
            _newTables.Clear();
            _walks.Forget();
        }
    }

    private PageWalk Walk(ulong address, bool looks)
    {
        if (!IsCanonical(address))
        {
            return default;
        }

        if (!IsOn)
        {
            return new PageWalk
            {
                IsPresent = true,
                IsWritable = true,
                IsUser = true,
                IsDirty = true,
                Physical = Line20(address),
            };
        }

        return state.IsLongMode ? WalkLevels(address, looks, state.Cr3 & AddressMask, topShift: 39)
            : (state.Cr4 & Cr4PhysicalExtension) != 0
            ? WalkLevels((uint)address, looks, state.Cr3 & 0xffff_ffe0, topShift: 30)
            : Walk32((uint)address, looks);
    }

    /// <summary>Tables of 8-byte entries: PAE and 4 levels (4.4, 4.5).</summary>
    private PageWalk WalkLevels(ulong address, bool looks, ulong table, int topShift)
    {
        var walk = new PageWalk { IsWritable = true, IsUser = true };
        for (var shift = topShift; ; shift -= 9)
        {
            var entry = Entry(ref walk, table + (address >> shift & 0x1ff) * 8, 8, looks);
            if ((entry & Present) == 0)
            {
                return walk;
            }

            var isFirstOfExtension = topShift == 30 && shift == 30;
            if ((entry & ReservedAddress) != 0 || ((entry & ExecuteDisable) != 0 && (state.Efer & EferNoExecute) == 0)
                || (shift == 39 && (entry & PageSize) != 0))
            {
                walk.HasReservedBits = true;
                return walk;
            }

            if (!isFirstOfExtension)
            {
                Restrict(ref walk, entry);
                walk.IsExecuteNever |= (entry & ExecuteDisable) != 0;
            }

            if (shift == 12 || (shift is 21 && (entry & PageSize) != 0))
            {
                var offset = (1ul << shift) - 1;
                if ((entry & AddressMask & offset & ~0x1ffful) != 0)
                {
                    walk.HasReservedBits = true;
                    return walk;
                }

                return Finish(walk, entry, (entry & AddressMask & ~offset) | (address & offset));
            }

            table = entry & AddressMask;
        }
    }

    /// <summary>Tables of 4-byte entries, with pages of 4 KiB and 4 MiB (4.3).</summary>
    private PageWalk Walk32(uint address, bool looks)
    {
        var walk = new PageWalk { IsWritable = true, IsUser = true };
        var directory = Entry(ref walk, (state.Cr3 & 0xffff_f000) + (address >> 22) * 4, 4, looks);
        if ((directory & Present) == 0)
        {
            return walk;
        }

        Restrict(ref walk, directory);
        if ((directory & PageSize) != 0 && (state.Cr4 & Cr4PageSize) != 0)
        {
            if ((directory & 1 << 21) != 0)
            {
                walk.HasReservedBits = true;
                return walk;
            }

            return Finish(
                walk, directory, (directory & 0xffc0_0000) | (directory >> 13 & 0xff) << 32 | (address & 0x3f_ffff));
        }

        var page = Entry(ref walk, (directory & 0xffff_f000) + (address >> 12 & 0x3ff) * 4, 4, looks);
        if ((page & Present) == 0)
        {
            return walk;
        }

        Restrict(ref walk, page);
        return Finish(walk, page, (page & 0xffff_f000) | (address & 0xfff));
    }

    private static void Restrict(ref PageWalk walk, ulong entry)
    {
        walk.IsWritable &= (entry & Writable) != 0;
        walk.IsUser &= (entry & User) != 0;
    }

    private PageWalk Finish(PageWalk walk, ulong entry, ulong physical)
    {
        walk.IsDirty = (entry & Dirty) != 0;
        walk.IsPresent = true;
        walk.Physical = Line20(physical);
        return walk;
    }

    private ulong Entry(ref PageWalk walk, ulong address, int size, bool looks)
    {
        address = Line20(address);
        walk.Addresses[walk.Levels++] = address;
        if (!memory.TryFind(address, out var page, out _))
        {
            return 0;
        }

        if (!looks && _tableIn[page] != _regime)
        {
            _tableIn[page] = _regime;
            _newTables.Push(page);
        }

        var bytes = memory.BytesFrom(address);
        return size == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private bool Set(ulong address, uint bits, Action<ulong, int, uint> overwriting)
    {
        var bytes = memory.BytesFrom(address);
        var old = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if ((old & bits) == bits || memory.IsReadOnly(address) || !memory.TryFind(address, out var page, out _))
        {
            return false;
        }

        overwriting(address, sizeof(uint), old);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, old | bits);
        memory.Pages.NoteWritten(page);
        return true;
    }

    private ulong Line20(ulong address) => pins.A20 ? address : address & ~(1ul << 20);
}
