using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>The promise of the README: from the crash back to the line that caused it.</summary>
internal sealed class FindBugTests
{
    private static string Script => Path.Combine(new Sample("overrun").Folder, "find-bug.gdb");

    [TestCase(true)]
    [TestCase(false)]
    public void Script_FromTheCrash_FindsTheStoreBehindTheArray(bool live)
    {
        using var server = live ? DebugServer.Live("overrun") : DebugServer.Replay("overrun", RecordedSamples.Overrun);
        var seen = server.Debug($"-x {Script}", "printf \"@hit %x %x\\n\", &sensor->calibration[i], &sensor->alarm",
            "print sizeof(sensor->calibration) / sizeof(sensor->calibration[0])");

        // The guilty statement, as the source has it today.
        var source = File.ReadAllLines(Path.Combine(new Sample("overrun").Folder, "sensor.c"));
        var guilty = Array.FindIndex(source, text => text.Contains("sensor->calibration[i] = points[i];")) + 1;
        Assert.That(seen.Text, Does.Contain($"at overrun/sensor.c:{guilty}\n"), seen.Text);
        Assert.That(seen.Text, Does.Contain("hard_fault_handler").And.Contain("New value = (const struct alarm *)"));
        var addresses = seen.Said("hit").Single().Split(' ');
        Assert.That(addresses[0], Is.EqualTo(addresses[1]), "the element behind the last one is the damaged pointer");
        Assert.That(seen.Text, Does.Contain("$4 = 4").And.Contain("$7 = 4"), "index 4 of an array of 4");
    }
}
