namespace Reprise.Emulation.Devices.Cmsdk;

/// <summary>Converts between virtual time in ns and whole ticks of a clock, both counted since power-on.</summary>
/// <remarks>128-bit products: 2^64 ns x 2^32 Hz can't overflow; results beyond 64 bits saturate.</remarks>
public readonly record struct TickRate
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <param name="frequency">Clock frequency in Hz, not zero.</param>
    public TickRate(uint frequency)
    {
        ArgumentOutOfRangeException.ThrowIfZero(frequency);
        Frequency = frequency;
    }

    /// <summary>Clock frequency in Hz.</summary>
    public uint Frequency { get; }

    /// <summary>Ticks completed at a virtual time in ns.</summary>
    public ulong TicksAt(ulong time) => Saturate((UInt128)time * Frequency / NanosecondsPerSecond);

    /// <summary>First virtual time in ns at which that many ticks are completed.</summary>
    public ulong TimeOf(UInt128 ticks) =>
        ticks > ulong.MaxValue
            ? ulong.MaxValue
            : Saturate(((ticks * NanosecondsPerSecond) + Frequency - 1) / Frequency);

    private static ulong Saturate(UInt128 value) => value > ulong.MaxValue ? ulong.MaxValue : (ulong)value;
}
