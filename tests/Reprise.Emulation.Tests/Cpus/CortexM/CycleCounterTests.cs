using Reprise.Emulation.Cpus.CortexM;
using Reprise.Emulation.Devices;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Tests.Cpus.CortexM;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CycleCounterTests
{
    private const uint Control = 0x000;
    private const uint Count = 0x004;
    private const uint Demcr = 0xDFC;
    private const uint TraceEnable = 1u << 24;

    /// <summary>Of 25 MHz, in ns.</summary>
    private const ulong Tick = 40;

    private readonly VirtualClock _clock = new();
    private readonly ClockSource _source = new(25_000_000);

    [Test]
    public void Count_StandsStillUntilTraceAndCounterAreEnabled()
    {
        var (unit, space) = Build();
        Assert.That((unit.Read(Control, 4), unit.Read(Count, 4), space.Read(Demcr, 4)), Is.EqualTo((0u, 0u, 0u)));
        unit.Write(Control, 1, 4);
        _clock.Now += 100 * Tick;
        Assert.That(unit.Read(Count, 4), Is.Zero, "DEMCR.TRCENA is clear");
        space.Write(Demcr, uint.MaxValue, 4);
        Assert.That((unit.Read(Control, 4), space.Read(Demcr, 4)), Is.EqualTo((1u, TraceEnable)));
        _clock.Now += 100 * Tick;
        Assert.That(unit.Read(Count, 4), Is.EqualTo(100));
        unit.Write(Control, 0, 4);
        _clock.Now += 100 * Tick;
        Assert.That(unit.Read(Count, 4), Is.EqualTo(100), "DWT_CTRL.CYCCNTENA is clear");
        unit.Write(Control, 1, 4);
        unit.Write(Count, uint.MaxValue, 4);
        _clock.Now += 3 * Tick;
        Assert.That(unit.Read(Count, 4), Is.EqualTo(2), "it wraps");
        unit.Reset();
        _clock.Now += 3 * Tick;
        Assert.That((unit.Read(Control, 4), unit.Read(Count, 4), space.Read(Demcr, 4)), Is.EqualTo((0u, 0u, 0u)));
    }

    [Test]
    public void Count_ClockChanges_GoesOnAtTheNewRate()
    {
        var (unit, space) = Build();
        space.Write(Demcr, TraceEnable, 4);
        unit.Write(Control, 1, 4);
        _clock.Now += 100 * Tick;
        _source.Set(50_000_000);
        Assert.That(unit.Read(Count, 4), Is.EqualTo(100));
        _clock.Now += 100 * Tick;
        Assert.That(unit.Read(Count, 4), Is.EqualTo(300));
    }

    [Test]
    public void Restore_GoesOnWhereItWasSaved()
    {
        var (unit, space) = Build();
        space.Write(Demcr, TraceEnable, 4);
        unit.Write(Control, 1, 4);
        unit.Write(Count, 5000, 4);
        _clock.Now += 7 * Tick;
        var writer = new StateWriter();
        unit.Save(writer);
        var (other, otherSpace) = Build();
        var reader = new StateReader(writer.Written);
        other.Restore(ref reader);
        _clock.Now += 2 * Tick;
        Assert.That((other.Read(Count, 4), otherSpace.Read(Demcr, 4)), Is.EqualTo((5009u, TraceEnable)));
    }

    private (DataWatchpointUnit Unit, SystemControlSpace Space) Build()
    {
        var unit = new DataWatchpointUnit(_clock, _source);
        var exceptions = new CortexMExceptions(CortexMModel.M3, new FakeRegisters(), new FakeMemory(), 32, 8);
        return (unit, new SystemControlSpace(exceptions, _clock, _source, 0, unit));
    }
}
