using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>A PC with a screen and a keyboard: what a script types is there, and everything goes back to the reset vector.</summary>
internal sealed class PcPromptTests
{
    private const string Bios = "/usr/share/seabios/bios-256k.bin";

    // Prints what is typed: mov ah,0; int 16h; mov ah,0Eh; mov bx,7; int 10h; again.
    private const string Echo = "B400CD16B40EBB0700CD10EBF3";

    private readonly TempFolder _folder = new();

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void Run_TypedKeys_AreOnTheScreenAndAllOfItGoesBack()
    {
        var recording = _folder.File("echo.reprise");
        File.WriteAllText(_folder.File("keys.input"), "7_000_000 keyboard \"Hello, PC!\"\n");
        var ran = Tool.Run(
            "run", Bios, "--board", "pc", "--disk", "hda=" + MakeDisk(), "--input", _folder.File("keys.input"), "--serial", "uart0=null",
            "--record", recording, "--snapshot-interval", "1_000_000", "--max-instructions", "9_000_000");
        Assert.That(ran.Status, Is.Zero, ran.ToString());
        var verified = Tool.Run("verify", recording);
        Assert.That(verified.Status, Is.Zero, verified.ToString());
        Assert.That(Tool.Run("info", recording).Output, Does.Match(@"rom\.vga: +\d\d,\d{3} bytes\n"));
        using var server = DebugServer.Of("", "replay", recording, "--gdb", "0");
        Assert.That(server.Debug("monitor goto end", "monitor screen").Text, Does.Contain("Booting from Hard Disk...\nHello, PC!\n"));

        // The cell of the H: before it was typed it was empty.
        var back = server.Debug(
            "monitor goto end", "maintenance flush register-cache", "watch *(unsigned char *) 0xb8140", "reverse-continue",
            "p/c *(unsigned char *) 0xb8140", "monitor screen");
        Assert.That(back.Text, Does.Contain("Hardware watchpoint 1: *(unsigned char *) 0xb8140").And.Contain("$1 = 32 ' '"), back.Text);
        Assert.That(back.Text, Does.Contain("Booting from Hard Disk...\n\n"));
        var start = server.Debug(
            "monitor goto end", "maintenance flush register-cache", "reverse-continue", "monitor when", "p/x $cs", "p/x $eip",
            "monitor screen");
        Assert.That(start.Text, Does.Contain("No more reverse-execution history").And.Contain("= 0xf000\n").And.Contain("= 0xfff0\n"));
        Assert.That(start.Text, Does.Contain("position 0 of").And.Not.Contain("Booting"), start.Text);
    }

    [Test]
    public void Run_EscapeAtThePrompt_OpensTheBootMenu()
    {
        File.WriteAllText(_folder.File("menu.yaml"), "extends: pc\ndevices: { fwcfg: { boot-menu: true } }\n");
        File.WriteAllText(_folder.File("menu.input"), "2_270_000 keyboard \"\\x1b\"\n2_700_000 keyboard \"1\"\n5_000_000 keyboard \"Typed.\"\n");
        var recording = _folder.File("menu.reprise");
        var ran = Tool.Run(
            "run", Bios, "--board", _folder.File("menu.yaml"), "--disk", "hda=" + MakeDisk(), "--input", _folder.File("menu.input"),
            "--serial", "uart0=null", "--record", recording, "--max-instructions", "7_500_000");
        Assert.That(ran.Status, Is.Zero, ran.ToString());
        using var server = DebugServer.Of("", "replay", recording, "--gdb", "0");
        var menu = server.Debug("monitor goto 2690000", "monitor screen").Text;
        Assert.That(menu, Does.Contain("Select boot device:").And.Contain("1. ata0-0: QEMU HARDDISK"), menu);
        var end = server.Debug("monitor goto end", "monitor screen").Text;
        Assert.That(end, Does.Contain("Booting from Hard Disk...\nTyped.\n"), end);
    }

    private string MakeDisk()
    {
        var image = new byte[1 << 20];
        Convert.FromHexString(Echo).CopyTo(image, 0);
        (image[510], image[511]) = (0x55, 0xAA);
        File.WriteAllBytes(_folder.File("disk.img"), image);
        return _folder.File("disk.img");
    }
}
