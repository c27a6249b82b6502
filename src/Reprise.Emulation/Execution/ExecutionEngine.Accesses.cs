using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <content>
/// Accesses. Unicorn's PC is exact only in the TLB-fill hook, so an access that needs an exact position misses the
/// TLB: after it the page is forgotten (most pages of devices are kept: ExecutionEngine.KeptPages.cs). Three kinds of page go to callbacks instead of memory, through alias pages that
/// are good for the one access: a device's page; a watched page of memory; and a page that nothing answers, because a
/// failed fill names the page but not the address.
/// An access that must end the run in the middle of a block is done, and its instruction abandoned: Unicorn drops the
/// access's result and leaves the PC on the instruction. It runs again later, and the log answers what it did before.
/// Where that is not possible (an IT block), the fill fails, the registers are saved, and the instruction runs alone.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    // More than one instruction can have in use: an unaligned access over two pages fills both before it begins.
    private const int AliasPages = 16;

    // Pages that may be filled again before Unicorn's count of what its TLB holds is put right; and as many as it was filled
    // with: its count can't be wrong by more.
    private const int MostRefills = 64;

    // Where rights change over more pages than that, forgetting all of the TLB is cheaper.
    private const int MostPagesToForget = 64;

    private readonly AccessLog _log = new();
    private readonly (ulong Address, ulong Physical, int Page)[] _aliases = new (ulong, ulong, int)[AliasPages];
    private readonly HashSet<ulong> _filled = [];
    private readonly List<ulong> _unusedAliases = [];
    private readonly List<int> _staleCode = [];
    private readonly FillCache? _fills;
    private ulong _regime;
    private ulong _aliasBase;
    private int _nextAlias;
    private int _refills;
    private ulong _accessPc;
    private ulong _accessPosition;
    private ulong _accessAddress;
    private (ulong ProgramCounter, ulong Address)? _lostBase;
    private bool? _stubborn;
    private bool _fillsPhysical;
    private ulong? _abandonedAt;
    private ulong? _aloneWanted;
    private ulong? _alone;
    private (ulong Address, MemoryAccess Access)? _fault;

    /// <summary>
    /// The instruction whose access the TLB is filled for can't be left in the middle. Nothing has to be repaired behind a
    /// fill where there is translation, so it is not looked at before somebody asks.
    /// </summary>
    private bool IsStubborn => _stubborn ??= _decoder.RepairAfterFill(_unicorn, _guestCode.At(_accessPc));

    /// <summary>The instruction whose access the bus is asked for.</summary>
    public ulong AccessProgramCounter => _accessPc;

    /// <summary>Other memory answers some addresses than before.</summary>
    public void ForgetMapping() => FlushTlb();

    private void FlushTlb()
    {
        _unicorn.FlushTlb();
        _fills?.Forget();
        _filled.Clear();
        _unusedAliases.Clear();
        _refills = 0;
        _keptPages = 0;
        _flushes++;
        _translation?.Forget();
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

            if (access == MemoryAccess.Fetch && !MayFetch(address, allowed))
            {
                return MissFetch(address, entry);
            }

            var wasMutable = Pages.IsMutableCode(page);
            entry->Permissions = Pages.Grant(page, access);
            if (access == MemoryAccess.Fetch)
            {
                KeepFromWriting(page);
            }

            if (!wasMutable && Pages.IsMutableCode(page))
            {
                _blocks.RaiseEpoch();
            }

            entry->Permissions &= allowed ?? PagePermissions.Execute;
            if (_memory.IsReadOnly(target))
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

    [UnmanagedCallersOnly]
    private static ulong ReadCallback(nint unicorn, ulong offset, uint size, CounterState* state) =>
        Self(state).Access(offset, (int)size, 0, MemoryAccess.Read);

    [UnmanagedCallersOnly]
    private static void WriteCallback(nint unicorn, ulong offset, uint size, ulong value, CounterState* state) =>
        Self(state).Access(offset, (int)size, (uint)value, MemoryAccess.Write);

    private uint Access(ulong offset, int size, uint value, MemoryAccess access)
    {
        if (offset < AliasPages * RamRegion.Alignment)
        {
            var alias = _aliases[offset / RamRegion.Alignment];
            var inPage = offset % RamRegion.Alignment;
            _accessPosition = PositionOf(_accessPc);

            // Replayed and abandoned ones too: the entry must not serve an access of another instruction.
            Forget(alias.Address);
            _accessAddress = alias.Address + inPage;
            if (IsStubborn && _accessPosition != _alone && _abandonedAt is null)
            {
                LeaveToRunAlone();
                return 0;
            }

            return Access(alias.Address + inPage, alias.Physical + inPage, alias.Page, size, value, access);
        }

        offset -= AliasPages * RamRegion.Alignment;
        return offset < ScanPages.Capacity * RamRegion.Alignment
            ? Scan(offset, size, value, access)
            : AccessKept(offset - ScanPages.Capacity * RamRegion.Alignment, size, value, access);
    }

    /// <summary>An access of the instruction at <see cref="_accessPc"/> and <see cref="_accessPosition"/>.</summary>
    /// <param name="isChecked">It is known that it may be made, that it is noted in tables, and that a device answers.</param>
    private uint Access(
        ulong address, ulong target, int page, int size, uint value, MemoryAccess access, bool isChecked = false)
    {
        var position = _accessPosition;
        if (_abandonedAt is not null)
        {
            // Unicorn may make the rest of the instruction's accesses before it stops; none of them counts.
            return value;
        }

        if (page >= 0 && IsUnlogged(address, target, page, size, access))
        {
            return AccessUnlogged(page, target, size, value, access);
        }

        if (_log.TryReplay(position, out var before))
        {
            if (page >= 0 && access == MemoryAccess.Write && !_memory.IsReadOnly(target))
            {
                WriteAgain(page, target, size, value);
            }

            return before;
        }

        if (!isChecked && (_protection?.Allows(address, size, access, _accessPc) == false
            || _translation?.TryAccess(address, access, out _, out _) == false))
        {
            _fault = (address, access);
            Abandon();
            return 0;
        }

        if ((FindHit(target, size, access, position) ?? FindAliasHit(target, page, access, position)) is { } hit)
        {
            if (_hitMode == HitMode.Stop && (position != _startPosition || StopsAtFirstAccess))
            {
                _watchStop = hit;
                TakeBackWrites();
                Abandon();
                return 0;
            }

            LastWatch = LastWatch?.Position == position ? LastWatch : hit;
        }

        if (!isChecked)
        {
            _translation?.Note(address, access, _noteOverwritten);
        }

        if (page >= 0 && access == MemoryAccess.Write && _memory.IsReadOnly(target))
        {
            page = -1;
        }

        if (page >= 0)
        {
            value = AccessMemory(page, target, size, value, access);
        }
        else if (!isChecked && access == MemoryAccess.Write && _memory.IsReadOnly(target) && !_bus.Answers(target))
        {
            _log.Add(value);
            return value;
        }
        else if (!isChecked && !_bus.Answers(target))
        {
            _fault = (address, access);
            Abandon();
            return 0;
        }
        else if (access == MemoryAccess.Read)
        {
            value = _bus.Read(target, size, position);
        }
        else
        {
            _bus.Write(target, value, size, position);
        }

        _log.Add(value);
        if (_guestWatch?.Note(address, size, access) == true)
        {
            LimitTo(position + 1);
        }

        return value;
    }

    private uint AccessMemory(int page, ulong address, int size, uint value, MemoryAccess access)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        var bytes = _memory.BytesFrom(address)[..size];
        bytes.CopyTo(word);
        var old = BinaryPrimitives.ReadUInt32LittleEndian(word);
        if (access == MemoryAccess.Read)
        {
            Pages.NoteRead(page);
            return old;
        }

        Pages.NoteWritten(page);
        _log.AddWritten(address, size, old);
        var isTable = _translation?.IsTable(page) == true;
        var leads = isTable && LedAnywhere(address);
        Overwrite(bytes, value);
        if (leads)
        {
            FlushTlb();
        }
        else if (isTable)
        {
            _translation!.Forget();
        }

        if (Pages.EverExecuted(page))
        {
            _staleCode.Add(page);
            LimitTo(_accessPosition + 1);
        }

        return value;
    }

    /// <summary>Takes back what the instruction that runs now has written before.</summary>
    private void Rewind()
    {
        var written = _log.Rewind(Position);
        for (var i = written.Count - 1; i >= 0; i--)
        {
            var (address, size, old) = written[i];
            if (_memory.TryFind(address, out var page, out _))
            {
                WriteAgain(page, address, size, old);
            }
        }
    }

    private void WriteAgain(int page, ulong address, int size, uint value)
    {
        Overwrite(_memory.BytesFrom(address)[..size], value);
        if (_translation?.IsTable(page) == true)
        {
            FlushTlb();
        }
    }

    private static void Overwrite(Span<byte> bytes, uint value)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(word, value);
        word[..bytes.Length].CopyTo(bytes);
    }

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

    private void DropStaleCode()
    {
        foreach (var page in _staleCode)
        {
            InvalidateCode(page);
        }

        _staleCode.Clear();
    }

    private void Abandon()
    {
        // Its further pages may have been filled, for accesses that are not made.
        while (_unusedAliases.Count > 0)
        {
            Forget(_unusedAliases[^1]);
        }

        _abandonedAt = _accessPosition;
        FindLostBase();
        _unicorn.Stop();
    }

    /// <summary>
    /// An instruction that is left in its second access may have loaded its base register in its first. It is the first if
    /// the base leads there; should what was loaded lead to the second, the translation says which it is.
    /// </summary>
    private void FindLostBase()
    {
        var code = _guestCode.At(_accessPc);
        if (_decoder.LosesBase(code)
            && (!_decoder.BeginsAt(_unicorn, code, _accessAddress) || (_origins.AreKnown && IsSecondLookup())))
        {
            _lostBase = (_accessPc, _accessAddress);
        }
    }

    private bool IsSecondLookup()
    {
        var isSecond = _tuner is not null && _origins.IsSecond(_tuner);
        _decoder.RepairAfterFill(_unicorn, []);
        return isSecond;
    }

    private void RestoreLostBase()
    {
        if (_lostBase is { } lost)
        {
            _decoder.RestoreBase(_unicorn, _guestCode.At(lost.ProgramCounter), lost.Address);
            _lostBase = null;
        }
    }

    private EngineExit? EndOfAbandoned() => (_trap, _watchStop, _fault) switch
    {
        _ when _portDenied => new EngineExit(ExitKind.PortDenied),
        _ when _emulates => new EngineExit(ExitKind.Emulated),
        ({ } trap, _, _) => new EngineExit(ExitKind.GuestException, Number: trap),
        (_, { } watch, _) => new EngineExit(ExitKind.Watchpoint, Watch: watch),
        (_, _, { } fault) => new EngineExit(ExitKind.MemoryFault, fault.Address, fault.Access),
        _ => null,
    };
}
