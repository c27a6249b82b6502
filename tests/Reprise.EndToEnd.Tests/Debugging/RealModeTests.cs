using System.Text.RegularExpressions;
using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>Code of 16 bits in a stock gdb: the script's commands for it, and what gdb's own show.</summary>
internal sealed class RealModeTests
{
    private const string Bios = "/usr/share/seabios/bios-256k.bin";

    private readonly TempFolder _folder = new();

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    [TestCase("pc")]
    [TestCase("pc-x86_64")]
    public void RealMode_OfABootSector_ShowsSegmentsAndCode(string board)
    {
        using var server = Start(board);
        var shown = server.DebugScript($"""
            source {Tool.Run("gdb-script").Output.Trim()}
            real-mode on
            break *$_linear(0xf000, 0xe05b)
            continue
            {Transcript.Say("linear", "$_linear_pc()")}
            delete
            break *0x7c00
            continue
            real-mode off
            x/3i 0x7c00
            set disassembly-flavor intel
            x/2i 0x7c0d
            """).Text;

        Assert.That(shown, Does.Contain("=> f000:fff0 (0xfffffff0)\tljmp $0xf000,$0xe05b\n"), "at reset");
        Assert.That(shown, Does.Not.Contain("f000:10"), "behind the segment");
        Assert.That(shown, Does.Match(@"SIGTRAP[^\n]*\n[^\n]*\nBreakpoint 1\nax 0000 .*\n.*ss:sp 0000:0000 = 0x0 .*\n=> f000:e05b \(0xfe05b\)\tcmpl"));
        Assert.That(shown, Does.Contain("@linear fe05b\n"));
        Assert.That(shown, Does.Contain("=> 0000:7c00 (0x7c00)\tljmp $0x0,$0x7c05\n   0000:7c05 (0x7c05)\txor %ax,%ax\n"));
        Assert.That(shown, Does.Match(@"=> 0x7c00:\s+ljmp \$0x0,\$0x7c05\n   0x7c05:\s+xor %ax,%ax\n   0x7c07:\s+mov %ax,%ds\n"));
        Assert.That(shown, Does.Match(@"0x7c0d:\s+mov sp,0x7c00\n   0x7c10:\s+mov \[0x7c8c\],dl\n"));
    }

    [Test]
    public void RealNexti_OfACall_StopsBehindIt()
    {
        using var server = Start("pc");
        var seen = server.DebugScript($"""
            source {Tool.Run("gdb-script").Output.Trim()}
            break *0x7c17
            continue
            {Transcript.Say("before", "$_linear_pc()")}
            real-nexti
            {Transcript.Say("behind", "$_linear_pc()")}
            stepi
            real-nexti
            {Transcript.Say("on", "$_linear_pc()")}
            """);

        Assert.That(seen.Said("before").Single(), Is.EqualTo("7c17"), seen.Text);
        Assert.That(seen.Said("behind").Single(), Is.EqualTo("7c1a"), seen.Text);
        Assert.That(seen.Said("on").Single(), Is.EqualTo("7c20"), seen.Text);
        Assert.That(seen.Text, Does.Not.Contain("rror").And.Not.Contain("Temporary"), seen.Text);
    }

    [Test]
    public void Disassemble_InMonitor_NeedsNoScript()
    {
        using var server = Start("pc");
        var seen = server.Debug("monitor disassemble", "monitor disassemble 0xffff0 1 intel", "monitor disassemble 1 2 3",
            "monitor disassemble 0x7c00 9999").Text;

        Assert.That(seen, Does.Contain("code of 16 bits\n=> 0xfffffff0 f000:fff0 ea5be000f0     ljmp $0xf000,$0xe05b\n"));
        Assert.That(seen, Does.Match(@"\n   0x000ffff0 f000:[0-9a-f]+ ea5be000f0     jmp far 0xe05b,0xf000\n|jmp 0xf000:0xe05b\n|jmp far 0xf000:0xe05b\n"));
        Assert.That(Regex.Count(seen, "usage: monitor disassemble"), Is.EqualTo(2));
    }

    [Test]
    public void RealMode_OnAnotherProcessor_SaysSo()
    {
        using var server = DebugServer.Live("ticks");
        var seen = server.Debug($"-x {Tool.Run("gdb-script").Output.Trim()}", "monitor disassemble", "real-mode").Text;

        Assert.That(seen, Does.Contain("gdb knows this processor's code: x/8i $pc\n").And.Contain("This is no code of 16 bits"));
    }

    private DebugServer Start(string board)
    {
        var image = new byte[1440 * 1024];
        File.ReadAllBytes(Path.Combine(new Sample("bootsector").Folder, "bootsector.img")).CopyTo(image, 0);
        var floppy = _folder.File(board + ".img");
        File.WriteAllBytes(floppy, image);
        return DebugServer.Of(
            "", "run", Bios, "--board", board, "--disk", $"fda={floppy}", "--serial", "uart0=null", "--gdb", "0", "--wait");
    }
}
