using System.Globalization;
using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>Steps of a live run hold interrupts back unless gdb says otherwise, and the recording replays them so.</summary>
internal sealed class StepMaskTests
{
    private const string Steps = """
        set $in = 0
        set $i = 0
        while $i < 200
          stepi
          if ($xpsr & 511) == 15
            set $in = $in + 1
          end
          set $i = $i + 1
        end
        printf "@in %d\n", $in
        """;

    [Test]
    public void Stepi_AcrossATick_ComesToTheHandlerOnlyWhenAsked()
    {
        using var folder = new TempFolder();
        var file = folder.File("steps.reprise");
        using (var first = DebugServer.Live("ticks"))
        {
            var ticks = first.DebugScript($"break systick_handler\ncontinue\ncontinue\n{When}\ncontinue\n{When}\ncontinue\n{When}\n");
            using var server = DebugServer.Live("ticks", "--record", file);
            var seen = server.DebugScript($"""
                {Before(ticks.Positions[0])}
                maintenance packet qqemu.sstep
                {Steps}
                monitor goto -200
                maintenance flush register-cache
                maintenance packet qqemu.sstep
                maintenance packet qqemu.sstepbits
                {Steps}
                break systick_handler
                continue
                {When}
                delete
                monitor inputs
                {Before(ticks.Positions[1] )}
                maintenance packet Qqemu.sstep=0x3
                {Steps}
                break systick_handler
                continue
                {When}
                delete
                monitor inputs
                {Before(ticks.Positions[2] )}
                maintenance packet Qqemu.sstep=0x1
                {Steps}
                kill
                """);
            var counts = seen.Said("in").Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToList();
            Assert.That(counts, Has.Count.EqualTo(4), seen.Text);
            Assert.That(counts.Take(3), Is.All.Zero, "not in a step, nor where it is repeated");
            Assert.That(counts[3], Is.Positive, "with 0x1 they come");
            Assert.That(seen.Positions, Is.EqualTo([ticks.Positions[0] + 100, ticks.Positions[1] + 100]),
                "it comes once the guest runs");
            Assert.That(seen.Text, Does.Match("""0x7"(.|\n)*0x1"(.|\n)*"ENABLE=1"(.|\n)*hold +03(.|\n)*hold +00(.|\n)*hold +01"""));
            server.Tool.WaitFor(() => server.Tool.HasExited);
        }

        var verified = Tool.Run("verify", file);
        Assert.That(verified.Status, Is.Zero, verified.Error);
    }

    private static string Before(ulong position) =>
        $"monitor replay_break {position - 100}\ncontinue\nmonitor replay_delete_break\n";
}
