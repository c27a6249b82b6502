using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices;

/// <summary>
/// A counter that counts up and costs nothing while it does: its value is worked out from the virtual time when asked
/// for. It goes from <see cref="Top"/> to zero; a step takes <see cref="Divider"/> ticks. Every change first moves the
/// anchor to the last whole step, so the prescaler keeps its phase.
/// </summary>
/// <param name="clock">The machine's time.</param>
/// <param name="source">Its ticks.</param>
/// <param name="highest">The count behind which zero comes even when the top was lowered below the count meanwhile.</param>
internal sealed class UpCounter(VirtualClock clock, ClockSource source, uint highest = uint.MaxValue)
{
    private ulong _anchorTick;
    private uint _anchorCount;

    public bool Running { get; private set; }

    /// <summary>The highest count.</summary>
    public uint Top { get; private set; } = uint.MaxValue;

    /// <summary>Clock ticks a step, at least 1.</summary>
    public ulong Divider { get; private set; } = 1;

    /// <summary>The count now.</summary>
    public uint Count => CountAfter(ElapsedSteps());

    private TickRate Rate => source.Rate;

    /// <summary>Sets the count; a new step begins now.</summary>
    public void SetCount(uint count)
    {
        _anchorTick = Rate.TicksAt(clock.Now);
        _anchorCount = count;
    }

    /// <summary>Changes how it counts and keeps the count.</summary>
    public void Configure(bool running, uint top, ulong divider)
    {
        var steps = ElapsedSteps();
        _anchorCount = CountAfter(steps);
        _anchorTick = Running && running && divider == Divider
            ? _anchorTick + (steps * Divider)
            : Rate.TicksAt(clock.Now);
        (Running, Top, Divider) = (running, top, divider);
    }

    /// <summary>Steps from now to the next time that the count becomes <paramref name="value"/>; 0 for never.</summary>
    public ulong StepsTo(uint value)
    {
        if (!Running || value > Top)
        {
            return 0;
        }

        var period = (ulong)Top + 1;
        var count = Count;
        return count > Top
            ? (highest + 1ul - count) + value
            : value > count ? value - count : period - count + value;
    }

    /// <summary>Virtual time in ns at which so many steps from now have passed.</summary>
    public ulong TimeAfter(ulong steps) =>
        Rate.TimeOf(_anchorTick + (((UInt128)ElapsedSteps() + steps) * Divider));

    public void Save(StateWriter writer)
    {
        writer.Write(_anchorTick);
        writer.Write(_anchorCount);
        writer.Write(Running);
        writer.Write(Top);
        writer.Write(Divider);
    }

    /// <exception cref="InvalidDataException">The divider is zero.</exception>
    public void Restore(ref StateReader reader)
    {
        _anchorTick = reader.ReadUInt64();
        _anchorCount = reader.ReadUInt32();
        Running = reader.ReadBoolean();
        Top = reader.ReadUInt32();
        Divider = reader.ReadUInt64();
        if (Divider == 0)
        {
            throw new InvalidDataException("state of a counter: its divider is 0, expected at least 1");
        }
    }

    private ulong ElapsedSteps()
    {
        var ticks = Rate.TicksAt(clock.Now);
        return Running && ticks > _anchorTick ? (ticks - _anchorTick) / Divider : 0;
    }

    // A count that was above the top when that was lowered goes on to the highest first.
    private uint CountAfter(ulong steps)
    {
        var period = (ulong)Top + 1;
        if (_anchorCount > Top)
        {
            var toZero = highest + 1ul - _anchorCount;
            return steps < toZero ? _anchorCount + (uint)steps : (uint)((steps - toZero) % period);
        }

        return (uint)((UInt128)(steps + (UInt128)_anchorCount) % period);
    }
}
