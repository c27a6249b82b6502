using System.Runtime.InteropServices;
using CsCheck;
using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Tests.Execution;

/// <summary>What is tuned must do what it did before; and it must be tuned, else speed is lost without a word.</summary>
public sealed class TranslationTunerTests
{
    private const ulong End = 300_000;

    [Test]
    public void RunTo_Tuned_EqualsUntuned()
    {
        using var plain = new EngineFixture(EngineFixture.Probe);
        plain.Engine.TunesTranslations = false;
        plain.Engine.RunTo(End);
        Assert.That(plain.Engine.TunedBlocks, Is.Zero);

        using var tuned = new EngineFixture(EngineFixture.Probe);
        tuned.Engine.RunTo(End);
        Assert.That(tuned.State(), Is.EqualTo(plain.State()));
        Assert.That(tuned.Engine.TunedBlocks, Is.GreaterThan(IsTunable ? 2 : -1));
    }

    [Test]
    public void RunTo_TunedNowAndThen_EqualsUntuned()
    {
        using var plain = new EngineFixture(EngineFixture.Probe);
        plain.Engine.TunesTranslations = false;
        plain.Engine.RunTo(End);
        var expected = plain.State();
        Gen.Int[1, 20_000].Array[20, 40].Sample(
            steps =>
            {
                using var fixture = new EngineFixture(EngineFixture.Probe);
                foreach (var step in steps)
                {
                    fixture.Engine.TunesTranslations = step % 3 != 0;
                    fixture.Engine.RunTo(Math.Min(End, fixture.Engine.Position + (ulong)step));
                    if (step % 5 == 0)
                    {
                        fixture.Engine.BeginInterval();
                    }
                }

                fixture.Engine.RunTo(End);
                Assert.That(fixture.State(), Is.EqualTo(expected));
            },
            iter: 20,
            threads: 1);
    }

    [Test]
    public void RunTo_OfManyEnginesMadeAtOnce_IsTunedInEach()
    {
        var fixtures = Enumerable.Range(0, 12).Select(_ => new EngineFixture(EngineFixture.Probe)).ToList();
        foreach (var fixture in fixtures)
        {
            fixture.Engine.RunTo(End);
        }

        var tuned = fixtures.Select(fixture => fixture.Engine.TunedBlocks).ToList();
        fixtures.ForEach(fixture => fixture.Dispose());
        Assert.That(tuned, Has.All.GreaterThan(IsTunable ? 2 : -1));
    }

    [Test]
    public void RunTo_OfEnginesThatComeAndGoSideBySide_EqualsOneAlone()
    {
        using var alone = new EngineFixture(EngineFixture.Probe);
        alone.Engine.RunTo(20_000);
        var expected = alone.State();
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 6 }, _ =>
        {
            using var fixture = new EngineFixture(EngineFixture.Probe);
            fixture.Engine.RunTo(20_000);
            Assert.That(fixture.State(), Is.EqualTo(expected));
        });
    }

    private static bool IsTunable =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;
}
