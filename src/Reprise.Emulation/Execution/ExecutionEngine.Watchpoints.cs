using System.Runtime.InteropServices;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <content>
/// Watchpoints. A watched page of memory is an alias page, whose accesses come to a callback. Scanning keeps the page there
/// and needs no exact position: it only tells the blocks with the first and the last watched access.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private readonly WatchpointSet _watchpoints = new();
    private readonly ScanPages _scanned = new();
    private WatchHit? _watchStop;
    private ulong _guestWatchRegime;

    /// <summary>The latest watched access that the last run in <see cref="HitMode.Note"/> made, if any.</summary>
    public WatchHit? LastWatch { get; private set; }

    /// <summary>The blocks of the last run in <see cref="HitMode.Scan"/> that made watched accesses to memory.</summary>
    public WatchedBlocks WatchedBlocks { get; private set; }

    /// <summary>
    /// A watched access by the very instruction that a run begins at stops it too. Whoever wants to get past it removes
    /// the watchpoint for a step, as gdb does.
    /// </summary>
    public bool StopsAtFirstAccess { get; set; }

    /// <summary>Watches a range of addresses; twice is once.</summary>
    public void AddWatchpoint(ulong address, ulong length, WatchKinds kinds)
    {
        if (_watchpoints.Add(Physical(address), length, kinds))
        {
            ForgetWatchedPages();
        }
    }

    /// <summary>Removes a watchpoint; false when there is none.</summary>
    public bool RemoveWatchpoint(ulong address, ulong length, WatchKinds kinds)
    {
        ForgetWatchedPages();
        return _watchpoints.Remove(Physical(address), length, kinds);
    }

    /// <summary>Watches what another engine of the same board does, and no more, whatever answers at those addresses now.</summary>
    public void WatchLike(ExecutionEngine other)
    {
        _watchpoints.CopyFrom(other._watchpoints);
        ForgetWatchedPages();
    }

    /// <summary>The guest may watch pages that the TLB holds.</summary>
    private void FollowGuestWatch()
    {
        if (_guestWatch is not null && _guestWatch.Regime != _guestWatchRegime)
        {
            _guestWatchRegime = _guestWatch.Regime;
            FlushTlb();
        }
    }

    private void ForgetWatchedPages()
    {
        FlushTlb();
        _scanned.Clear();
    }

    /// <summary>
    /// An access while scanning. The PC is not known here, so only the block is noted; memory may be accessed again by
    /// an instruction that is abandoned.
    /// </summary>
    private uint Scan(ulong offset, int size, uint value, MemoryAccess access)
    {
        var slot = (int)(offset / RamRegion.Alignment);
        offset %= RamRegion.Alignment;
        var physical = _scanned.PhysicalAddress(slot, offset);
        var before = _scanned.Access(slot, offset, size, 0, writes: false);
        if (_watchpoints.Find(physical, size, KindOf(access), _state->Position, BytesOf(in before, size), BytesOf(in value, size)) is not null)
        {
            var block = new PositionRange(_state->Position - _state->Current->Count, _state->Position);
            WatchedBlocks = WatchedBlocks.Then(new WatchedBlocks(block, block));
        }

        return _scanned.Access(slot, offset, size, value, access == MemoryAccess.Write);
    }

    /// <summary>
    /// The first watched access that the instruction will make from this one on. One that makes several is looked at
    /// as a whole before it does anything, since it can't be stopped before in the middle.
    /// </summary>
    private WatchHit? FindHit(ulong address, int page, int size, uint value, MemoryAccess access, ulong position)
    {
        if (_hitMode == HitMode.Ignore || _watchpoints.IsEmpty)
        {
            return null;
        }

        var physical = Physical(address);
        var end = physical + (ulong)_decoder.LengthOfAccesses(_guestCode.At(_accessPc));
        var before = page >= 0 ? _memory.BytesFrom(address)[..size] : [];
        var hit = _watchpoints.Find(physical, size, KindOf(access), position, before, BytesOf(in value, size));
        if (hit is not null || !_log.IsEmpty)
        {
            return hit;
        }

        // What goes to memory can be taken back, so that whether the words behind change anything is seen at each.
        var kinds = page >= 0 ? KindOf(access) & WatchKinds.Access : KindOf(access);
        for (physical += (ulong)size; hit is null && physical < end; physical += (ulong)size)
        {
            hit = _watchpoints.Find(physical, size, kinds, position);
        }

        return hit;
    }

    /// <summary>
    /// A watched byte that is written through a device whose addresses stand for others. Reads are not seen: the index of
    /// an interval does not have them. A change is seen when it is made (<see cref="OnPageWriting"/>).
    /// </summary>
    private WatchHit? FindAliasHit(ulong address, int page, MemoryAccess access, ulong position) =>
        access == MemoryAccess.Write && page < 0 && _hitMode != HitMode.Ignore && !_watchpoints.IsEmpty && _bus.TargetOf(address) is { } target
            ? _watchpoints.Find(target, 1, WatchKinds.Write, position)
            : null;

    /// <summary>Unaligned stores come a byte at a time: the watched one need not be the first.</summary>
    private void TakeBackWrites()
    {
        foreach (var (address, size, old) in _log.Overwritten.Reverse())
        {
            Overwrite(_memory.BytesFrom(address)[..size], old);
        }

        if (_translation is not null)
        {
            FlushTlb();
        }

        _log.Clear();
        _guestWatch?.Forget();
    }

    private static WatchKinds KindOf(MemoryAccess access) =>
        access == MemoryAccess.Read ? WatchKinds.Read : WatchKinds.Write | WatchKinds.Change;

    private static ReadOnlySpan<byte> BytesOf(ref readonly uint value, int size) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value))[..size];
}
