using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Qemu;

/// <summary>The semihosting sample here and on QEMU: console, command line, time, files, exit status.</summary>
internal sealed class SemihostingTests
{
    private static readonly Sample _sample = new("semihosting");

    [Test]
    public void Run_WithAFolder_PrintsAndExitsAsOnQemu()
    {
        using var folder = new TempFolder();
        var ours = Tool.Run(
            "run", _sample.Elf, "--semihosting", "--semihosting-root", folder.Path, "--semihosting-cmdline",
            "semihosting.elf world");
        var peer = QemuRun.Until(
            _sample.Elf, "", _ => false, folder.Path, "-semihosting-config",
            "enable=on,target=native,arg=semihosting.elf,arg=world");
        Assert.That(ours.Output, Is.EqualTo(_sample.Expected), ours.ToString());
        Assert.That(ours.Status, Is.EqualTo(3));
        Assert.That((peer.Output, peer.Status), Is.EqualTo((ours.Output, ours.Status)), peer.Error);
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty, "the sample removes its file");
    }

    [Test]
    public void Recording_OfIt_NeedsNeitherTheFolderNorTheHostAgain()
    {
        using var folder = new TempFolder();
        var file = folder.File("semihosting.reprise");
        var root = Directory.CreateDirectory(folder.File("root"));
        var recorded = Tool.Run(
            "run", _sample.Elf, "--semihosting", "--semihosting-root", root.FullName, "--semihosting-cmdline",
            "semihosting.elf world", "--record", file);
        Assert.That(recorded.Status, Is.EqualTo(3), recorded.ToString());
        root.Delete(recursive: true);
        var verified = Tool.Run("verify", file);
        Assert.That(verified.Status, Is.Zero, verified.ToString());
        var replayed = Tool.Run("replay", file);
        Assert.That(replayed.Output, Is.EqualTo(_sample.Expected), replayed.ToString());
        Assert.That(Directory.Exists(root.FullName), Is.False);
    }

    [Test]
    public void Run_WithoutAFolder_FileCallsFailCleanly()
    {
        var ours = Tool.Run("run", _sample.Elf, "--semihosting");
        Assert.That(ours.Error, Does.Contain("failed: open"), ours.ToString());
        Assert.That(ours.Status, Is.EqualTo(1), "the guest's own status");
    }

    [Test]
    public void Run_WithoutSemihosting_TheCallIsAFaultOfTheGuest()
    {
        var ours = Tool.Run("run", _sample.Elf, "--max-instructions", "100_000");
        Assert.That(ours.Output, Is.Empty, ours.ToString());
        Assert.That(ours.Status, Is.Zero.Or.EqualTo(3), "it spins in its handler, or locks up");
    }

    [Test]
    public void Debug_ToTheExit_GdbIsToldTheStatus()
    {
        using var server = DebugServer.Live("semihosting", "--semihosting");
        var seen = server.Debug("break main", "continue", "delete", "continue");
        Assert.That(seen.Text, Does.Match("exited with code 0?1"), seen.Text);
    }
}
