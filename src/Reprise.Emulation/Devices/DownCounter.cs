using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices;

/// <summary>
/// A down-counter that costs nothing while it counts: its value is worked out from the virtual time when asked for.
/// It holds a count at an anchor tick; from there it falls by one each <see cref="Divider"/> ticks to zero, stays there
/// for one step, and then goes on from <see cref="Reload"/>: a period is Reload + 1 steps. With a reload of zero, or in
/// one-shot mode, it stays at zero. "Reaching zero" is the step from one to zero; being set to zero isn't.
/// Every change first moves the anchor to the last whole step, so the prescaler keeps its phase.
/// </summary>
internal sealed class DownCounter
{
    private readonly VirtualClock _clock;
    private readonly ClockSource _source;
    private ulong _anchorTick;
    private uint _anchorCount;

    public DownCounter(VirtualClock clock, uint frequency)
        : this(clock, new ClockSource(frequency))
    {
    }

    /// <summary>On a clock whose frequency may change; the count goes on from where it is, with a new step.</summary>
    public DownCounter(VirtualClock clock, ClockSource source)
    {
        _clock = clock;
        _source = source;
        source.Changing += () => _anchorCount = Count;
        source.Changed += () => _anchorTick = Rate.TicksAt(clock.Now);
    }

    public bool Running { get; private set; }

    public uint Reload { get; private set; }

    /// <summary>Clock ticks a step, at least 1.</summary>
    public uint Divider { get; private set; } = 1;

    public bool OneShot { get; private set; }

    /// <summary>The count now.</summary>
    public uint Count => CountAfter(ElapsedSteps());

    /// <summary>How often the count reached zero since it was last set or configured; every step at reload 0.</summary>
    public ulong ZerosSinceAnchor
    {
        get
        {
            var steps = ElapsedSteps();
            return steps < _anchorCount ? 0 : ((steps - _anchorCount) / Period) + (_anchorCount > 0 ? 1UL : 0UL);
        }
    }

    /// <summary>Virtual time in ns, later than now, at which it next reaches zero; all ones if it does not.</summary>
    public ulong NextZero
    {
        get
        {
            if (!Running)
            {
                return ulong.MaxValue;
            }

            var steps = ElapsedSteps();
            UInt128 next;
            if (steps < _anchorCount)
            {
                next = _anchorCount;
            }
            else if (OneShot || Reload == 0)
            {
                return ulong.MaxValue;
            }
            else
            {
                next = _anchorCount + (((UInt128)((steps - _anchorCount) / Period) + 1) * Period);
            }

            return Rate.TimeOf(_anchorTick + (next * Divider));
        }
    }

    private TickRate Rate => _source.Rate;

    private ulong Period => (ulong)Reload + 1;

    /// <summary>Sets the count; a new step begins now.</summary>
    public void SetCount(uint count)
    {
        _anchorTick = Rate.TicksAt(_clock.Now);
        _anchorCount = count;
    }

    /// <summary>Changes how it counts and keeps the count.</summary>
    public void Configure(bool running, uint reload, uint divider = 1, bool oneShot = false)
    {
        var steps = ElapsedSteps();
        _anchorCount = CountAfter(steps);
        _anchorTick = Running && running && divider == Divider
            ? _anchorTick + (steps * Divider)
            : Rate.TicksAt(_clock.Now);
        Running = running;
        Reload = reload;
        Divider = divider;
        OneShot = oneShot;
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_anchorTick);
        writer.Write(_anchorCount);
        writer.Write(Running);
        writer.Write(Reload);
        writer.Write(Divider);
        writer.Write(OneShot);
    }

    /// <exception cref="InvalidDataException">The divider is zero.</exception>
    public void Restore(ref StateReader reader)
    {
        _anchorTick = reader.ReadUInt64();
        _anchorCount = reader.ReadUInt32();
        Running = reader.ReadBoolean();
        Reload = reader.ReadUInt32();
        Divider = reader.ReadUInt32();
        OneShot = reader.ReadBoolean();
        if (Divider == 0)
        {
            throw new InvalidDataException("state of a down-counter: its divider is 0, expected at least 1");
        }
    }

    private ulong ElapsedSteps()
    {
        var ticks = Rate.TicksAt(_clock.Now);
        return Running && ticks > _anchorTick ? (ticks - _anchorTick) / Divider : 0;
    }

    private uint CountAfter(ulong steps)
    {
        if (steps <= _anchorCount)
        {
            return _anchorCount - (uint)steps;
        }

        return OneShot ? 0 : Reload - (uint)((steps - _anchorCount - 1) % Period);
    }
}
