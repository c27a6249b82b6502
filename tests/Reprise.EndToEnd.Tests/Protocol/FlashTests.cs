using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>Memory that the guest can't write: gdb programs it as flash, in history as any other change.</summary>
internal sealed class FlashTests
{
    [TestCase(true)]
    [TestCase(false)]
    public void Load_IntoFlash_ProgramsItAndCanBeTakenBack(bool live)
    {
        using var folder = new TempFolder();
        var elf = Path.Combine(Sample.Repository, "samples", "boards", "microbit", "hello.elf");
        var file = folder.File("hello.reprise");
        if (!live)
        {
            Assert.That(Tool.Run("run", elf, "--board", "microbit", "--record", file).Status, Is.Zero);
        }

        using var server = DebugServer.Of(
            elf,
            live ? ["run", elf, "--board", "microbit", "--gdb", "0", "--wait"] : ["replay", file, "--gdb", "0"]);
        var seen = server.Debug(
            "info mem", "break main", "continue", "set debug remote 1", "load", "set debug remote 0",
            "p $pc == reset_handler", "compare-sections", "stepi", "reverse-stepi", "p $pc == reset_handler",
            "monitor branches");
        Assert.That(seen.Text, Does.Contain("flash blocksize 0x400").And.Contain("using hardware breakpoints"), seen.Text);
        Assert.That(seen.Text, Does.Contain("$vFlashErase:").And.Contain("$vFlashWrite:").And.Contain("$vFlashDone#"));
        Assert.That(seen.Text, Does.Match("Section \\.text, range .*: matched\\.").And.Not.Contain("MIS-MATCHED"));
        Assert.That(seen.Text, Does.Contain("$1 = 1").And.Contain("$2 = 1"));
        Assert.That(seen.Text, live ? Does.Not.Match("(?m)^[* ]  +1 ") : Does.Match("(?m)^\\* +1 "), "a branch in the past");
    }
}
