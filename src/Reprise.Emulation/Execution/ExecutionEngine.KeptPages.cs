using System.Runtime.InteropServices;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <content>
/// Pages that stay in the TLB though each access to them is a callback, so that it costs no more than that: of devices, for
/// firmware that polls; of memory that an MPU has different rights for, as guards of stacks make; and of memory that holds code and is
/// written. Which instruction
/// makes an access is known from where its translation goes on (<see cref="AccessOrigins"/>). One that can't be left in the
/// middle is left as by a page that faults, and then runs alone.
/// An access to memory that is allowed, and that nobody watches, is like one to any page in the TLB: no position, no log.
/// <see cref="KeptPageCode"/> makes it as soon as the page is in the interval's sets.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private const int MostKeptPages = 32;

    private readonly (ulong Address, ulong Target, int Page, uint Readable, uint Writable)[] _keptKeys =
        new (ulong, ulong, int, uint, uint)[MostKeptPages];

    private static readonly (ulong, ulong, int, uint, uint) _freeSlot = (0, 0, -2, 0, 0);

    private readonly PagePermissions[] _checked = new PagePermissions[MostKeptPages]; // what the system itself may do
    private readonly AccessOrigins _origins;
    private int _keptPages;

    /// <summary>A page has stayed in the TLB. Nothing but speed depends on it.</summary>
    public bool KeepsPages { get; private set; }

    /// <summary>An instruction can be left from the callback of its access, wherever it is.</summary>
    private bool CanLeave => _origins.AreKnown && _state->Leave != 0;

    /// <summary>Whether a page may stay in the TLB: one of memory, by its number, or, with -1, a device's.</summary>
    private bool CanKeep(ulong target, int page) =>
        CanLeave && _state->Current is not null && TunesTranslations
        && (page >= 0 || _bus.Answers(target));

    private bool FillKept(ulong address, ulong target, int page, MemoryAccess access, TlbEntry* entry)
    {
        var (readable, writable) = page < 0 || IsWatched(target) ? default
            : _protection is { IsActive: true } ? _protection.PartsOf(address)
            : (uint.MaxValue, 0u);
        var key = (address, target, page, readable, writable);
        var slot = _keptKeys.AsSpan(0, _keptPages).IndexOf(key);
        if (slot < 0)
        {
            slot = TakeSlot();
            _keptKeys[slot] = key;
            _state->Kept[slot] = default;
            _checked[slot] = PagePermissions.None;
        }

        if (page >= 0)
        {
            Open(slot, access);
        }

        KeepsPages = true;
        entry->PhysicalAddress = AliasAddress(AliasPages + ScanPages.Capacity + slot);
        entry->Permissions = PagePermissions.Read | PagePermissions.Write;
        return true;
    }

    private int TakeSlot()
    {
        if (_keptKeys.AsSpan(0, _keptPages).IndexOf(_freeSlot) is >= 0 and var free)
        {
            return free;
        }

        if (_keptPages == MostKeptPages)
        {
            ForgetKeptPages(0, ulong.MaxValue);
            _keptPages = 0;
        }

        return _keptPages++;
    }

    /// <summary>Lets a kept page of memory be read, or written too, where that is allowed.</summary>
    private void Open(int slot, MemoryAccess access)
    {
        var (_, target, page, readable, writable) = _keptKeys[slot];
        ref var kept = ref _state->Kept[slot];
        fixed (byte* memory = _memory.BytesFrom(target))
        {
            // SAFETY: memory of a region does not move, and the map outlives the engine.
            kept.Host = (nint)memory;
        }

        if (readable != 0)
        {
            Pages.NoteRead(page);
            kept.Readable = readable;
        }

        if (access == MemoryAccess.Write && writable != 0 && !Pages.EverExecuted(page) && !_memory.IsReadOnly(target))
        {
            Pages.NoteWritten(page);
            kept.Writable = writable;
        }
    }

    /// <summary>What is written to a page that holds code must be seen.</summary>
    private void KeepFromWriting(int page)
    {
        for (var slot = 0; slot < _keptPages; slot++)
        {
            if (_keptKeys[slot].Page == page)
            {
                _state->Kept[slot].Writable = 0;
            }
        }
    }

    private void ForgetKeptPages(ulong first, ulong last)
    {
        for (var slot = 0; slot < _keptPages; slot++)
        {
            var page = _keptKeys[slot].Address;
            if (page > last || page + (ulong)_memory.PageSize <= first)
            {
                continue;
            }

            if (!_cpu.TryFlushPage(page))
            {
                FlushTlb();
                return;
            }

            _keptKeys[slot] = _freeSlot;
            _state->Kept[slot] = default;
        }
    }

    private uint AccessKept(ulong offset, int size, uint value, MemoryAccess access)
    {
        var slot = (int)(offset / RamRegion.Alignment);
        var inPage = offset % RamRegion.Alignment;
        var (address, target, page, _, _) = _keptKeys[slot];
        var block = _state->Current;
        ref readonly var origin = ref _origins.Find(block);
        _accessPc = origin.ProgramCounter;
        _accessPosition = _state->Position - block->Count + origin.Index;
        _accessAddress = address + inPage;
        if (origin.IsStubborn && _accessPosition != _alone && _abandonedAt is null
            && !(page >= 0 && IsUnlogged(address + inPage, target + inPage, page, size, access)))
        {
            LeaveToRunAlone();
            return 0;
        }

        if (page >= 0 && access == MemoryAccess.Write && _keptKeys[slot].Writable != 0)
        {
            Open(slot, access);
        }

        var right = access == MemoryAccess.Write ? PagePermissions.Write : PagePermissions.Read;
        var canCheck = page < 0 && _protection is not { IsActive: true } && _translation?.Privilege is null or 0;
        var isChecked = canCheck && (_checked[slot] & right) != 0;
        value = Access(address + inPage, target + inPage, page, size, value, access, isChecked);
        if (canCheck && _abandonedAt is null && _fault is null)
        {
            // Until the page is forgotten: tables that change, another regime and devices that move flush the TLB.
            _checked[slot] |= right;
        }

        return value;
    }

    /// <summary>Leaves the instruction whose callback runs now as one that faults; it then runs alone.</summary>
    private void LeaveToRunAlone()
    {
        _aloneWanted = _accessPosition;
        FindLostBase();
        _state->LeaveFrom = _origins.ReturnAddress;
        _unicorn.Stop();
    }

    /// <summary>
    /// An access to memory that is allowed, and that nobody watches. It may be made again when its instruction has to run
    /// again, as accesses are that the TLB lets pass.
    /// </summary>
    private bool IsUnlogged(ulong address, ulong target, int page, int size, MemoryAccess access) =>
        _translation is null && _protection is { IsActive: true } && !IsWatched(target)
        && (access == MemoryAccess.Read || !(Pages.EverExecuted(page) || _memory.IsReadOnly(target)))
        && _protection.Allows(address, size, access, _accessPc);

    private bool IsWatched(ulong target)
    {
        var page = target & ~(ulong)(_memory.PageSize - 1);
        return (_hitMode != HitMode.Ignore && !_watchpoints.IsEmpty && _watchpoints.Concerns(Physical(page), (ulong)_memory.PageSize))
            || _guestWatch?.Concerns(page, (ulong)_memory.PageSize) == true;
    }

    private uint AccessUnlogged(int page, ulong address, int size, uint value, MemoryAccess access)
    {
        var bytes = _memory.BytesFrom(address)[..size];
        if (access == MemoryAccess.Write)
        {
            Pages.NoteWritten(page);
            Overwrite(bytes, value);
            return value;
        }

        Pages.NoteRead(page);
        Span<byte> word = stackalloc byte[sizeof(uint)];
        word.Clear();
        bytes.CopyTo(word);
        return MemoryMarshal.Read<uint>(word);
    }
}
