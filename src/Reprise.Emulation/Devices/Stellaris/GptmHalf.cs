using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Stellaris;

/// <summary>
/// One half of a <see cref="StellarisGptm"/>, or both joined: a down-counter that times out every <em>load</em> steps, as
/// on QEMU (on the board it is a step more). Loads of 0 and 1 time out once only.
/// </summary>
internal sealed class GptmHalf
{
    private readonly DownCounter _counter;
    private readonly DeviceTimer _alarm;

    /// <param name="name">Name of its alarm.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="source">What it counts.</param>
    /// <param name="expired">Told of each time-out.</param>
    public GptmHalf(string name, VirtualClock clock, ClockSource source, Action expired)
    {
        _counter = new DownCounter(clock, source);
        _alarm = clock.CreateTimer(name, () =>
        {
            SetAlarm();
            expired();
        });
        source.Changed += SetAlarm;
    }

    /// <summary>The count now.</summary>
    public uint Count => _counter.Count;

    /// <summary>Begins to count.</summary>
    /// <param name="load">Steps to the time-out.</param>
    /// <param name="divider">Clock ticks a step, at least 1.</param>
    /// <param name="oneShot">Stays at zero then.</param>
    public void Start(uint load, uint divider, bool oneShot)
    {
        var steps = Math.Max(load, 1);
        _counter.Configure(running: true, steps - 1, divider, oneShot);
        _counter.SetCount(steps);
        SetAlarm();
    }

    /// <summary>Stands still.</summary>
    public void Stop()
    {
        _counter.Configure(running: false, _counter.Reload, _counter.Divider, _counter.OneShot);
        SetAlarm();
    }

    public void Reset()
    {
        _counter.Configure(running: false, reload: 0);
        _counter.SetCount(0);
        SetAlarm();
    }

    public void Save(StateWriter writer) => _counter.Save(writer);

    public void Restore(ref StateReader reader) => _counter.Restore(ref reader);

    private void SetAlarm() => _alarm.Set(_counter.NextZero);
}
