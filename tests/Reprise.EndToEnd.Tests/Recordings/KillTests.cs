using System.Globalization;
using System.Text.RegularExpressions;
using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Recordings;

/// <summary>Law 7: a recording survives <c>kill -9</c> of its recorder up to the last sealed block.</summary>
internal sealed partial class KillTests
{
    private const int Kills = 50;

    [Test]
    public void Run_KilledAtRandomMoments_EveryFileOpensAndVerifies()
    {
        using var folder = new TempFolder();
        var random = new Random(50);
        List<string> files = [];
        for (var i = 0; i < Kills; i++)
        {
            var file = folder.File($"{i:d2}.reprise");
            using var tool = RunningTool.Reprise(
                "run", new Sample("torture").Elf, "--record", file, "--snapshot-interval", "20_000");
            tool.WaitFor(() => File.Exists(file) && new FileInfo(file).Length > 0);
            Thread.Sleep(random.Next(0, 1_500)); // a busy host takes long to begin
            tool.Signal("KILL");
            Assert.That(tool.WaitForExit().Status, Is.EqualTo(137));
            files.Add(file);
        }

        var lengths = new List<ulong>();
        var opened = new List<string>();
        foreach (var file in files)
        {
            var info = Tool.Run("info", file);

            // Killed before the header was sealed there is nothing to open, and that must be said.
            if (info.Status != 0)
            {
                Assert.That(new FileInfo(file).Length, Is.LessThan(30_000), info.ToString());
                Assert.That(info.Error, Does.StartWith($"reprise: {file}: at byte "), info.ToString());
                continue;
            }

            Assert.That(info.Output, Does.Match("finished: +no"), info.ToString());
            opened.Add(file);
            lengths.Add(ulong.Parse(
                Length().Match(info.Output).Groups[1].Value, NumberStyles.AllowThousands,
                CultureInfo.InvariantCulture));
        }

        Assert.That(lengths, Has.Count.GreaterThan(Kills / 2));
        Assert.That(lengths.Distinct().Count(), Is.GreaterThan(10), "they were killed at moments of all sorts");
        var verified = Tool.Run(["verify", .. opened]);
        Assert.That(verified.Status, Is.Zero, verified.ToString());
        Assert.That(EqualLine().Count(verified.Output), Is.EqualTo(opened.Count), verified.ToString());
    }

    [Test]
    public void Replay_OfAKilledRun_SaysSoAndGivesItsOutput()
    {
        using var folder = new TempFolder();
        var file = folder.File("killed.reprise");
        using (var tool = RunningTool.Reprise("run", new Sample("torture").Elf, "--record", file,
            "--snapshot-interval", "100_000"))
        {
            tool.WaitFor(() => tool.Output.Contains("round 0000007f", StringComparison.Ordinal));
            tool.Signal("KILL");
            tool.WaitForExit();
        }

        var replayed = Tool.Run("replay", file);
        Assert.That(replayed.Status, Is.Zero, replayed.ToString());
        Assert.That(replayed.Output, Does.StartWith("round 0000003f order "));
        Assert.That(replayed.Error, Does.Contain("was not finished"));
    }

    [GeneratedRegex(@"length: +([\d,]+) instructions")]
    private static partial Regex Length();

    [GeneratedRegex(": equal, ")]
    private static partial Regex EqualLine();
}
