using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>Steps of a PC that a timer interrupts, with a stock gdb.</summary>
internal sealed class X86StepMaskTests
{
    /// <summary>The entry of the timer's interrupt: gates lie 16 bytes apart.</summary>
    private const string Handler = "*(entries + 32 * 16)";

    private static string Elf => Path.Combine(new Sample("x86").Folder, "torture", "torture.elf");

    [Test]
    public void Stepi_AcrossATick_ComesToTheHandlerOnlyWhenAsked()
    {
        using var folder = new TempFolder();
        var file = folder.File("steps.reprise");
        ulong first, second;
        using (var server = DebugServer.Of(Elf, "run", Elf, "--board", "pc", "--gdb", "0", "--wait"))
        {
            var ticks = server.Debug($"break {Handler}", "continue", "continue", When, "continue", When);
            (first, second) = (ticks.Positions[0], ticks.Positions[1]);
        }

        using (var server = DebugServer.Of(Elf, "run", Elf, "--board", "pc", "--gdb", "0", "--wait", "--record", file))
        {
            var seen = server.DebugScript($"""
                define tick_steps
                  set $i = 0
                  set $in = 0
                  while $i < 100
                    stepi
                    set $in = $in + ($pc == (unsigned)&{Handler})
                    set $i = $i + 1
                  end
                  printf "@in %d\n", $in
                  {When}
                end
                monitor replay_break {first - 50}
                continue
                tick_steps
                break {Handler}
                continue
                {When}
                delete
                monitor replay_break {second - 50}
                continue
                monitor replay_delete_break
                maintenance packet Qqemu.sstep=0x3
                tick_steps
                maintenance packet Qqemu.sstep=0x1
                {Say("in", "$pc == (unsigned)&" + Handler)}
                stepi
                {Say("in", "$pc == (unsigned)&" + Handler)}
                {When}
                reverse-stepi
                {When}
                stepi
                stepi
                {When}
                kill
                """);
            Assert.That(seen.Said("in"), Is.EqualTo(["0", "0", "0", "1"]), seen.Text);
            Assert.That(seen.Positions, Is.EqualTo([
                first + 50, first + 50, // it comes once the guest runs, and no tick later
                second + 50, second + 50, // entering the handler is no instruction
                second + 49, second + 51]), seen.Text);
            server.Tool.WaitFor(() => server.Tool.HasExited);
        }

        var verified = Tool.Run("verify", file);
        Assert.That(verified.Status, Is.Zero, verified.Error);
    }
}
