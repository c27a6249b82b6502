using System.Globalization;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>
/// Law 2, on firmware made to break it: however a run is chopped, every position has one state. REPRISE_CHOPPINGS asks
/// for more choppings than the 1,000 of an ordinary test run; REPRISE_SEED repeats one that failed.
/// </summary>
public sealed class ChoppedRunTests
{
    private const ulong End = 3_000_000;
    private const int ReferenceSeed = 385;

    [Test]
    public void Run_AnyChopping_EqualsStraightRun()
    {
        var reference = new ReferenceRun(SampleFirmware.Load("torture"), End, ReferenceSeed);
        Assert.That(reference.HashAt(End), Is.EqualTo(reference.EndHash), "checkpoints change the run");
        var seed = Setting("REPRISE_SEED", 0);
        var count = seed != 0 ? 1 : Setting("REPRISE_CHOPPINGS", 1_000);
        using var first = new TortureRun(reference.Image, reference.Pages);
        using var second = new TortureRun(reference.Image, reference.Pages);
        for (var i = 0; i < count; i++)
        {
            new Chopping(reference, [first, second], seed != 0 ? seed : i + 1).Run();
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value)
            ? value
            : otherwise;
}
