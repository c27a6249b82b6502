using Reprise.Emulation.Devices;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>The time-stamp counter (SDM volume 3, 17.17): counts the processor's clock in virtual time from power-on on.</summary>
/// <param name="clock">The machine's time.</param>
/// <param name="cpuClock">What it counts.</param>
internal sealed class TimeStampCounter(VirtualClock clock, ClockSource cpuClock)
{
    private ulong _offset;

    /// <summary>The counter at this moment; it goes on from what is written.</summary>
    public ulong Value
    {
        get => Elapsed + _offset;
        set => _offset = value - Elapsed;
    }

    private ulong Elapsed => (ulong)((UInt128)clock.Now * cpuClock.Frequency / 1_000_000_000);

    /// <summary>What was written is forgotten; it counts from power-on on, as QEMU's.</summary>
    public void Reset() => _offset = 0;

    public void Save(StateWriter writer) => writer.Write(_offset);

    public void Restore(ref StateReader reader) => _offset = reader.ReadUInt64();
}
