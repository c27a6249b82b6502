namespace Reprise.TimeTravel.Travel;

/// <summary>
/// Holds virtual time back to the host's: where the guest sleeps, the run waits. It decides only when things come in, never what
/// the guest does, so no replay needs it.
/// </summary>
/// <param name="host">The host's time.</param>
internal sealed class Pacer(TimeProvider host)
{
    /// <summary>How far virtual time may run ahead, in ns: a host's wait is not finer.</summary>
    private const ulong Lead = 10_000_000;

    /// <summary>How far it may fall behind, in ns, before what was lost is lost.</summary>
    private const ulong MostBehind = 100_000_000;

    private ulong _virtualStart;
    private long _hostStart;
    private bool _isRunning;

    /// <summary>The virtual time in ns at which the run is to be asked again.</summary>
    public ulong PauseTime => HostTime() is var time && time > ulong.MaxValue - Lead ? ulong.MaxValue : time + Lead;

    /// <summary>Begins anew here: whatever the guest has slept too soon is slept.</summary>
    public void Restart(ulong virtualTime) => (_virtualStart, _hostStart, _isRunning) = (virtualTime, host.GetTimestamp(), true);

    /// <summary>Whether virtual time has yet to wait.</summary>
    public bool IsAhead(ulong virtualTime)
    {
        var time = HostTime();
        if (!_isRunning || virtualTime < _virtualStart || (virtualTime < time && time - virtualTime > MostBehind))
        {
            Restart(virtualTime);
            return false;
        }

        return virtualTime > time;
    }

    private ulong HostTime() => _isRunning
        ? _virtualStart + (ulong)host.GetElapsedTime(_hostStart).TotalNanoseconds
        : ulong.MaxValue;
}
