using System.Runtime.InteropServices;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <content>
/// What the TLB is given: each page's first access of a kind comes here, which is how pages are tracked, rights and tables of the guest
/// are followed, and devices, watched pages and holes are sent to callbacks (ExecutionEngine.Accesses.cs).
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    /// <summary>Other memory answers some addresses than before.</summary>
    public void ForgetMapping() => FlushTlb();

    private void FlushTlb()
    {
        if (!_cpu.IsTlbEmpty)
        {
            _cpu.CorrectTlb();
            _unicorn.FlushTlb();
        }

        _fills?.Forget();
        _filled.Clear();
        _unusedAliases.Clear();
        _refills = 0;
        _keptPages = 0;
        _flushes++;
        _seenFlushes = _cpu.TlbFlushes;
        _translation?.Forget();
    }

    /// <summary>
    /// The guest may have emptied the TLB itself. What was answered before stays right (<see cref="FillCache"/>), so that nothing
    /// else is forgotten with it.
    /// </summary>
    private void FollowFlushes()
    {
        if (_cpu.TlbFlushes is var flushes && flushes != _seenFlushes)
        {
            _seenFlushes = flushes;
            _filled.Clear();
            _refills = 0;
        }
    }

    /// <summary>Forgets what the TLB has of one page.</summary>
    private void Forget(ulong page)
    {
        if (_tlb.TryForget(page) || _cpu.TryFlushPage(page))
        {
            _unusedAliases.Remove(page);
        }
        else
        {
            FlushTlb();
        }
    }

    private ulong Physical(ulong address) => _memory.TryFind(address, out _, out var physical) ? physical : address;

    private void MapAccesses()
    {
        delegate* unmanaged<nint, ulong, int, TlbEntry*, CounterState*, byte> fill = &FillTlb;
        delegate* unmanaged<nint, ulong, uint, CounterState*, ulong> read = &ReadCallback;
        delegate* unmanaged<nint, ulong, uint, ulong, CounterState*, void> write = &WriteCallback;
        _state->FillSlowly = (nint)fill;
        if (_fills is not null)
        {
            fill = (delegate* unmanaged<nint, ulong, int, TlbEntry*, CounterState*, byte>)_code!.Append(_fills.Emit());
        }

        _unicorn.AddHook(UnicornHook.TlbFill, fill, _state);
        const int size = (AliasPages + ScanPages.Capacity + MostKeptPages) * RamRegion.Alignment;
        _aliasBase = FreeRange(size);
        if (_code is not null)
        {
            const ulong kept = (AliasPages + ScanPages.Capacity) * RamRegion.Alignment;
            (_state->ReadSlowly, _state->WriteSlowly) = ((nint)read, (nint)write);
            (_state->Cpu, _state->Leave) = (_cpu.Address, _cpu.Leave);
            read = (delegate* unmanaged<nint, ulong, uint, CounterState*, ulong>)_code.Append(KeptPageCode.EmitRead(kept));
            write = (delegate* unmanaged<nint, ulong, uint, ulong, CounterState*, void>)_code.Append(KeptPageCode.EmitWrite(kept));
        }

        _unicorn.MapCallbacks(_aliasBase, size, read, write, _state);
    }

    /// <summary>Highest free range below 4 GiB; the guest never sees it, its address is physical only.</summary>
    private ulong FreeRange(ulong size)
    {
        var taken = _memory.Regions.Select(region => (region.Address, Size: (ulong)region.Size)).ToList();
        for (var address = (1ul << 32) - size; ; address -= size)
        {
            if (!taken.Exists(range => range.Address < address + size && address < range.Address + range.Size))
            {
                return address;
            }
        }
    }

    private bool IsMutable(ulong address, uint size) =>
        IsMutable(address) || IsMutable(address + size - 1);

    /// <summary>Written and executed in one interval: its blocks are counted each time they run.</summary>
    private bool IsMutable(ulong address) => _guestCode.TryFind(address, out var page, out _) && Pages.IsMutableCode(page);

    [UnmanagedCallersOnly]
    private static byte FillTlb(nint unicorn, ulong page, int access, TlbEntry* entry, CounterState* state) =>
        Self(state).Fill(page, (MemoryAccess)access, entry) ? (byte)1 : (byte)0;

    private bool Fill(ulong address, MemoryAccess access, TlbEntry* entry)
    {
        if (_fillsPhysical)
        {
            // Unicorn has each region where the region itself is, whatever the guest sees there.
            _hasFilledPhysical = true;
            (entry->PhysicalAddress, entry->Permissions) = (address, PagePermissions.Execute);
            return true;
        }

        Spend(OfFill);
        _cpu.CorrectTlb();
        if (access != MemoryAccess.Fetch)
        {
            _accessPc = _decoder.ReadProgramCounter(_unicorn);
            _stubborn = null;
            if (_translation is null)
            {
                _stubborn = _decoder.RepairAfterFill(_unicorn, _guestCode.At(_accessPc));
            }

            if (_trap is not null || _portStop)
            {
                return false;
            }

            RepairJump();
        }

        var target = address;
        var rights = PagePermissions.All;
        if (access == MemoryAccess.Fetch && _translation is not null && GoesOnBehind(address))
        {
            return false;
        }

        if (_translation is not null && !Translate(address, access, out target, out rights))
        {
            _missedFetch = access == MemoryAccess.Fetch ? address : null;
            if (access == MemoryAccess.Write && _translation.TryAccess(address - 1, access, out _, out _)
                && _decoder.WritesOverEdge(_guestCode.At(_accessPc), address))
            {
                // Its bytes in the page before would be written before this one is found out.
                _fault = (address, access);
                _abandonedAt = PositionOf(_accessPc);
                return false;
            }

            return access != MemoryAccess.Fetch && FillAlias(address, target, page: -1, entry);
        }

        if (_memory.TryFind(target, out var page, out var physical))
        {
            var allowed = _protection is { IsActive: true } ? _protection.RightsOf(address) : rights;
            if (access != MemoryAccess.Fetch && !Grants(allowed, access))
            {
                return allowed is null && CanKeep(target, page)
                    ? FillKept(address, target, page, access, entry)
                    : FillAlias(address, target, page, entry);
            }

            if (access == MemoryAccess.Write && _memory.IsReadOnly(target))
            {
                return FillAlias(address, target, page: -1, entry);
            }

            if (access == MemoryAccess.Write && _codeMap is not null && Pages.EverExecuted(page))
            {
                return CanKeep(target, page)
                    ? FillKept(address, target, page, access, entry)
                    : FillAlias(address, target, page, entry);
            }

            if (access == MemoryAccess.Fetch && !MayFetch(address, allowed))
            {
                return MissFetch(address, entry);
            }

            var wasMutable = Pages.IsMutableCode(page);
            var isFirstFetch = !Pages.EverExecuted(page);
            entry->Permissions = Pages.Grant(page, access);
            if (access == MemoryAccess.Fetch)
            {
                KeepFromWriting(page);
                if (isFirstFetch && (_codeMap is not null
                    ? (Pages.AccessTo(page) & PagePermissions.Write) != 0
                    : _writableSince[page] == _flushes))
                {
                    // What the TLB has of it for writing, perhaps at another address, lets writes go by unseen.
                    FlushTlb();
                }
            }

            if (!wasMutable && Pages.IsMutableCode(page))
            {
                _blocks.RaiseEpoch();
            }

            entry->Permissions &= allowed ?? PagePermissions.Execute;
            if (_memory.IsReadOnly(target) || (_codeMap is not null && Pages.EverExecuted(page)))
            {
                // It may have been writable before in this interval.
                entry->Permissions &= ~PagePermissions.Write;
            }

            entry->PhysicalAddress = physical;
            if (_guestWatch?.Concerns(address, (ulong)_memory.PageSize) == true)
            {
                if (access != MemoryAccess.Fetch)
                {
                    return FillAlias(address, target, page, entry);
                }

                entry->Permissions = PagePermissions.Execute;
            }

            if (_hitMode != HitMode.Ignore && !_watchpoints.IsEmpty && _watchpoints.Concerns(physical, (ulong)_memory.PageSize))
            {
                if (access == MemoryAccess.Fetch)
                {
                    if (_scanned.Contains(physical))
                    {
                        // Data goes there at other addresses, and must be seen to change code from now on.
                        FlushTlb();
                    }

                    entry->Permissions = PagePermissions.Execute;
                }
                else if (_hitMode == HitMode.Scan && allowed is not null && !Pages.EverExecuted(page)
                    && _scanned.TryTake(target, physical, _memory, out var slot))
                {
                    entry->PhysicalAddress = AliasAddress(AliasPages + slot);
                }
                else
                {
                    return FillAlias(address, target, page, entry);
                }
            }

            NoteFill(address);
            if (_translation is not null)
            {
                NoteTranslated(address, access);
                if ((entry->Permissions & PagePermissions.Write) != 0)
                {
                    _writableSince[page] = _flushes;
                }

                Keep(address, access, *entry);
            }

            return true;
        }

        return access == MemoryAccess.Fetch ? MissFetch(address, entry)
            : CanKeep(target, page: -1) ? FillKept(address, target, page: -1, access, entry)
            : FillAlias(address, target, page: -1, entry);
    }

    /// <summary>
    /// Nothing can be fetched there. Unicorn's own look at the address that ends no run is no fetch of the guest's: it is
    /// answered, and the answer forgotten.
    /// </summary>
    private bool MissFetch(ulong address, TlbEntry* entry)
    {
        _lookedUp = IsLookup(address) && PageOf(_decoder.ReadProgramCounter(_unicorn)) != address;
        if (_lookedUp)
        {
            (entry->PhysicalAddress, entry->Permissions) = (_memory.Regions[0].Address, PagePermissions.Execute);
            return true;
        }

        _missedFetch = address;
        return false;
    }

    /// <summary>
    /// Unicorn counts an entry that it had put aside twice when it goes, and then takes a TLB that is as good as empty for
    /// one that is too small: it doubles, up to 4 Mi entries, and every flush clears them all. So no page is filled again
    /// while the TLB may hold it.
    /// </summary>
    private void NoteFill(ulong address)
    {
        FollowFlushes();
        var key = address | (_translation?.Privilege ?? 0);
        if (_filled.Add(key))
        {
            return;
        }

        if (++_refills > Math.Max(MostRefills, _filled.Count) || !_cpu.TryFlushPage(address))
        {
            FlushTlb();
            _filled.Add(key);
        }
    }

    /// <summary>The same may be answered again, until the TLB is forgotten.</summary>
    private void Keep(ulong address, MemoryAccess access, in TlbEntry answer)
    {
        if (access != MemoryAccess.Fetch && !IsLookup(address) && !_decoder.JumpsEarly
            && !_translation!.IsSystemAccess(address))
        {
            _fills?.Add(address, access == MemoryAccess.Write, answer);
        }
    }

    /// <summary>An alias page for a page of the guest. It is used at once, and then forgotten.</summary>
    private bool FillAlias(ulong address, ulong physical, int page, TlbEntry* entry)
    {
        if (IsStubborn && PositionOf(_accessPc) is var position && position != _alone
            && !(CanLeave && _decoder.LosesBase(_guestCode.At(_accessPc))))
        {
            // Without a way to leave it later, an LDRD is taken for one that has not begun yet.
            _aloneWanted = position;
            return false;
        }

        _nextAlias = (_nextAlias + 1) % AliasPages;
        _aliases[_nextAlias] = (address, physical, page);
        _unusedAliases.Add(address);
        entry->PhysicalAddress = AliasAddress(_nextAlias);
        entry->Permissions = PagePermissions.Read | PagePermissions.Write;
        return true;
    }

    private ulong AliasAddress(int alias) => _aliasBase + (ulong)alias * RamRegion.Alignment;

    /// <summary>What the TLB holds is good for one privilege and one set of regions, or one set of tables.</summary>
    private void FollowProtection()
    {
        if (_translation is not null)
        {
            FollowTables();
        }
        else if (_protection is not null)
        {
            foreach (var (first, last) in _protection.TakeChanges())
            {
                ForgetPages(first, last);
            }
        }
    }

    /// <summary>Forgets what the TLB has of some addresses.</summary>
    private void ForgetPages(ulong first, ulong last)
    {
        var pageSize = (ulong)_memory.PageSize;
        if (last - first >= MostPagesToForget * pageSize)
        {
            FlushTlb();
            return;
        }

        ForgetKeptPages(first, last);
        for (var page = first & ~(pageSize - 1); page <= last; page += pageSize)
        {
            if (_filled.Remove(page) && !_cpu.TryFlushPage(page))
            {
                FlushTlb();
                return;
            }
        }
    }

    private static bool Grants(PagePermissions? rights, MemoryAccess access) =>
        ((rights ?? PagePermissions.None) & (access == MemoryAccess.Write ? PagePermissions.Write : PagePermissions.Read))
            != 0;
}
