using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices;

/// <summary>
/// The line that input comes along to a UART: one byte after the other, each as long as the baud rate says, so that a
/// whole file of input reaches firmware no faster than it would from a terminal. Its state is that of its timer.
/// </summary>
public sealed class SerialLine
{
    /// <summary>In ns, at 115200 baud: for firmware that sets no rate, which emulators do not mind.</summary>
    private const ulong UsualByteTime = 86_806;

    /// <summary>In ns: nobody means less than 1000 baud.</summary>
    private const ulong LongestByteTime = 10_000_000;

    /// <summary>Start, 8 bits, stop.</summary>
    private const uint BitsInByte = 10;

    private readonly VirtualClock _clock;
    private readonly DeviceTimer _busy;

    /// <param name="name">The UART's.</param>
    /// <param name="clock">The machine's clock.</param>
    public SerialLine(string name, VirtualClock clock)
    {
        _clock = clock;

        // Nothing happens then, but input that waits is looked at.
        _busy = clock.CreateTimer(name + " line", () => { });
    }

    /// <summary>No byte is under way: the next may come.</summary>
    public bool IsFree => _busy.Deadline == ulong.MaxValue;

    /// <summary>A byte has come: the next takes as long as this.</summary>
    /// <param name="bitTicks">Ticks of the clock a bit, 0 when the firmware has set none.</param>
    /// <param name="rate">That clock.</param>
    /// <param name="divider">What the ticks count parts of: 4 for quarters of a tick.</param>
    public void Occupy(ulong bitTicks, TickRate rate, uint divider = 1)
    {
        var time = bitTicks == 0
            ? UsualByteTime
            : Math.Min(rate.TimeOf((UInt128)BitsInByte * bitTicks / divider), LongestByteTime);
        _busy.Set(_clock.Now > ulong.MaxValue - time ? ulong.MaxValue : _clock.Now + time);
    }

    /// <summary>For a reset: nothing is under way.</summary>
    public void Clear() => _busy.Clear();
}
