using System.Numerics;

namespace Reprise.Emulation.Devices;

/// <summary>Converts between virtual time in ns and whole ticks of a clock, both counted since power-on.</summary>
/// <remarks>128-bit products: 2^64 ns x 2^32 Hz and 2^64 ticks x 2^30 ns x 2^32 can't overflow; results beyond 64 bits saturate.</remarks>
public readonly record struct TickRate
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private readonly uint _numerator;
    private readonly uint _divider;

    /// <param name="frequency">Frequency of the clock, or of what it is divided from, in Hz, not zero.</param>
    /// <param name="divider">What that is divided by, not zero: 200 MHz by 3 is no whole number of Hz.</param>
    public TickRate(uint frequency, uint divider = 1)
    {
        ArgumentOutOfRangeException.ThrowIfZero(frequency);
        ArgumentOutOfRangeException.ThrowIfZero(divider);
        var common = (uint)BigInteger.GreatestCommonDivisor(frequency, divider);
        (_numerator, _divider) = (frequency / common, divider / common);
    }

    /// <summary>Clock frequency in Hz, rounded down.</summary>
    public uint Frequency => _numerator / _divider;

    /// <summary>Ticks completed at a virtual time in ns.</summary>
    public ulong TicksAt(ulong time) =>
        Saturate((UInt128)time * _numerator / (NanosecondsPerSecond * _divider));

    /// <summary>First virtual time in ns at which that many ticks are completed.</summary>
    public ulong TimeOf(UInt128 ticks) =>
        ticks > ulong.MaxValue
            ? ulong.MaxValue
            : Saturate(((ticks * NanosecondsPerSecond * _divider) + _numerator - 1) / _numerator);

    private static ulong Saturate(UInt128 value) => value > ulong.MaxValue ? ulong.MaxValue : (ulong)value;
}
