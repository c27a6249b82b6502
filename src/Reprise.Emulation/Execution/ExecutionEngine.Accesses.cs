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
    private readonly List<(int Page, int Offset, int Count)> _staleCode = [];
    private readonly FillCache? _fills;
    private ulong _regime;
    private ulong _aliasBase;
    private int _nextAlias;
    private int _refills;
    private ulong _seenFlushes;
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
                var stays = _memory.BytesFrom(target)[..size].SequenceEqual(BytesOf(in value, size));
                WriteAgain(page, target, size, value);
                NoteStale(page, target, size, stays);
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

        if ((FindHit(target, page, size, value, access, position) ?? FindAliasHit(target, page, access, position)) is { } hit)
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

        _isCodeChanged = false;
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
        else
        {
            _writer = position;
            if (access == MemoryAccess.Read)
            {
                value = _bus.Read(target, size, position);
            }
            else
            {
                _bus.Write(target, value, size, position);
            }

            _writer = null;
            Spend(OfDevice);
        }

        _log.Add(value);
        if (_guestWatch?.Note(address, size, access) == true || _isCodeChanged || EndsBehindOutsideWatch)
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
        var stays = bytes.SequenceEqual(BytesOf(in value, size));
        Overwrite(bytes, value);
        if (leads)
        {
            FlushTlb();
        }
        else if (isTable)
        {
            _translation!.Forget();
        }

        NoteStale(page, address, size, stays);
        return value;
    }

    /// <summary>An instruction has written to a page behind Unicorn's back: it is the last one before what was there is dropped.</summary>
    private void NoteStale(int page, ulong address, int size, bool stays)
    {
        var offset = (int)(address & (ulong)(_memory.PageSize - 1));
        if (!stays && HoldsCode(page, offset, size))
        {
            _staleCode.Add((page, offset, size));
            LimitTo(_accessPosition + 1);
        }
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
        var isSecond = _translated is not null && _origins.IsSecond(_translated);
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
}
