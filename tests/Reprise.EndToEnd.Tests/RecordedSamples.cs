using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests;

/// <summary>Recordings that several tests look at, made once by the real tool.</summary>
[SetUpFixture]
internal sealed class RecordedSamples
{
    private static TempFolder? _folder;

    public static string Ticks => _folder!.File("ticks.reprise");

    public static string Overrun => _folder!.File("overrun.reprise");

    public static string Torture => _folder!.File("torture.reprise");

    public static string Recursion => _folder!.File("recursion.reprise");

    [OneTimeSetUp]
    public static void Record()
    {
        _folder = new TempFolder();
        Make("ticks", Ticks, 60_000_000);
        Make("overrun", Overrun, 60_000_000);
        Make("torture", Torture, 2_000_000);
        Make("recursion", Recursion, 60_000_000);
    }

    [OneTimeTearDown]
    public static void Remove() => _folder?.Dispose();

    private static void Make(string sample, string file, ulong limit)
    {
        var result = Tool.Record(sample, file, limit);
        Assert.That(result.Status, Is.Zero, $"{sample}: {result}");
    }
}
