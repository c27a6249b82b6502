namespace Reprise.Emulation.Execution;

/// <content>
/// Writes that no instruction makes itself: the frames of exceptions, what a device copies to memory, input, a debugger.
/// They change watched bytes too. They are seen when they happen, so they are told behind the instruction; its position is that of
/// the hit, as for its own accesses: one position later the bytes are changed.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private WatchHit? _outsideWatch;
    private ulong? _writer;

    /// <summary>The latest watched write that no instruction made itself, since this was asked.</summary>
    public WatchHit? TakeOutsideWatch()
    {
        var hit = _outsideWatch;
        _outsideWatch = null;
        return hit;
    }

    private void OnPageWriting(int page, int offset, ReadOnlySpan<byte> bytes)
    {
        if (_watchpoints.IsEmpty || (_writer is null && Position == 0))
        {
            return;
        }

        var before = _memory.Page(page).Slice(offset, bytes.Length);
        var address = _memory.PageAddress(page) + (ulong)offset;
        var access = WatchKinds.Write | WatchKinds.Change;
        if (_watchpoints.Find(address, bytes.Length, access, _writer ?? Position - 1, before, bytes) is { } hit
            && _outsideWatch?.Position != hit.Position)
        {
            _outsideWatch = hit with { IsOutside = true };
        }
    }

    /// <summary>The instruction that such a write belongs to ends a run that stops at hits.</summary>
    private bool EndsBehindOutsideWatch => _hitMode == HitMode.Stop && _outsideWatch is not null;
}
