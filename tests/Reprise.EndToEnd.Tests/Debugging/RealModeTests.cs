using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>A stock gdb in real mode, on a ROM of a few instructions: breakpoints are at CS's base + IP.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class RealModeTests(bool live)
{
    private const int RomSize = 0x1_0000;
    private const int Turns = 200;

    private readonly TempFolder _folder = new();
    private string _rom = "";
    private string _recording = "";

    [OneTimeSetUp]
    public void Record()
    {
        var rom = new byte[RomSize];
        Put(0xfff0, 0xea, 0x00, 0xe0, 0x00, 0xf0); // jmp f000:e000
        Put(
            0xe000,
            0xbc, 0x00, 0x70, // mov sp, 7000
            0xb8, 0x00, 0x02, 0x8e, 0xc0, // mov ax, 200; mov es, ax
            0xb9, Turns, 0x00, // mov cx, turns
            0x9a, 0x00, 0x01, 0x00, 0xf1, // e00b: call f100:100
            0x31, 0xff, // e010: xor di, di
            0x51, 0xb9, 0x05, 0x00, 0xf3, 0xaa, 0x59, // e012: push cx; mov cx, 5; rep stosb; pop cx
            0xe2, 0xf0, // e019: loop e00b
            0xb0, 0x00, 0xe6, 0xf4, // e01b: mov al, 0; out f4, al
            0xf4);
        Put(0x1100, 0x26, 0xff, 0x06, 0x34, 0x12, 0xcb); // inc word es:[1234]; retf
        _rom = _folder.File("rom.bin");
        File.WriteAllBytes(_rom, rom);
        _recording = _folder.File("rom.reprise");
        var ran = Tool.Run(["run", _rom, .. Options, "--record", _recording, "--snapshot-interval", "500"]);
        Assert.That(ran.Status, Is.EqualTo(1), ran.ToString());

        void Put(int address, params byte[] bytes) => bytes.CopyTo(rom, address);
    }

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    private static string[] Options => ["--board", "pc", "--load-address", "0xFFFF0000"];

    private DebugServer Start() => live
        ? DebugServer.Of("/dev/null", ["run", _rom, .. Options, "--gdb", "0", "--wait"])
        : DebugServer.Of("/dev/null", "replay", _recording, "--gdb", "0");

    /// <summary>It sets IP before it reads CS. With a watched word in the page, each read of it misses the TLB.</summary>
    [TestCase("watch *(unsigned short *) 0x6f00")]
    [TestCase("watch *(unsigned short *) 0x6ffc if 0")]
    [TestCase("watch *(unsigned short *) 0x6ffe if 0")]
    [TestCase("awatch *(unsigned short *) 0x6ffc if 0")]
    public void FarCallAndReturn_OnAStackInAWatchedPage_GoWhereTheyShould(string watch)
    {
        using var server = Start();
        var seen = server.DebugScript($"""
            {watch}
            hbreak *0xfe01b
            continue
            {Say("at", "$cs", "$eip", "$ecx & 0xffff")}
            delete
            watch *(unsigned short *) 0x6ffc
            reverse-continue
            {Say("at", "$cs", "$eip", "$sp")}
            """);
        Assert.That(seen.Said("at")[0], Is.EqualTo("f000 e01b 0"), seen.Text);
        Assert.That(seen.Said("at")[1], Is.EqualTo("f000 e00b 7000"), seen.Text);
    }

    [TestCase("break")]
    [TestCase("hbreak")]
    public void Breakpoint_InAnotherSegment_HitsBothWays(string command)
    {
        using var server = Start();
        var seen = server.DebugScript($"""
            {command} *0xf1100
            continue
            {Say("at", "$cs", "$eip", "$ecx & 0xffff")}
            continue
            {Say("at", "$cs", "$eip", "$ecx & 0xffff")}
            stepi
            {Say("at", "$cs", "$eip", "$ecx & 0xffff")}
            stepi
            {Say("at", "$cs", "$eip", "$ecx & 0xffff")}
            reverse-continue
            {Say("at", "$cs", "$eip", "$ecx & 0xffff")}
            reverse-continue
            {Say("at", "$cs", "$eip", "$ecx & 0xffff")}
            reverse-continue
            {Say("at", "$cs", "$eip", "$ecx & 0xffff")}
            """);
        Assert.That(
            seen.Said("at"),
            Is.EqualTo(new[]
            {
                $"f100 100 {Turns:x}", $"f100 100 {Turns - 1:x}", $"f100 105 {Turns - 1:x}", $"f000 e010 {Turns - 1:x}",
                $"f100 100 {Turns - 1:x}", $"f100 100 {Turns:x}", "f000 fff0 0",
            }),
            seen.Text);
    }

    [Test]
    public void Watch_OfALinearAddress_SeesAccessesThroughItsSegment()
    {
        using var server = Start();
        var seen = server.DebugScript($"""
            watch *(short *) 0x3234
            continue
            {Say("value", "*(short *) 0x3234", "$cs", "$eip")}
            continue
            {Say("value", "*(short *) 0x3234", "$cs", "$eip")}
            reverse-continue
            {Say("value", "*(short *) 0x3234", "$cs", "$eip")}
            reverse-continue
            {Say("value", "*(short *) 0x3234", "$cs", "$eip")}
            """);
        Assert.That(
            seen.Said("value"), Is.EqualTo(new[] { "1 f100 105", "2 f100 105", "1 f100 100", "0 f100 100" }), seen.Text);
    }

    [Test]
    public void Step_ThroughAString_GoesTurnByTurnBothWays()
    {
        using var server = Start();
        var seen = server.DebugScript($"""
            break *0xfe016
            continue
            delete
            {Say("turn", "$eip", "$ecx & 0xffff", "$edi & 0xffff")}
            stepi
            {Say("turn", "$eip", "$ecx & 0xffff", "$edi & 0xffff")}
            stepi 4
            {Say("turn", "$eip", "$ecx & 0xffff", "$edi & 0xffff")}
            reverse-stepi 3
            {Say("turn", "$eip", "$ecx & 0xffff", "$edi & 0xffff")}
            reverse-stepi 2
            {Say("turn", "$eip", "$ecx & 0xffff", "$edi & 0xffff")}
            """);
        var turns = seen.Said("turn");
        Assert.That(turns.Take(2), Is.EqualTo(new[] { "e016 5 0", "e016 4 1" }), seen.Text);
        Assert.That(turns[2], Is.EqualTo("e016 0 5").Or.EqualTo("e018 0 5"), seen.Text);
        Assert.That(turns.Skip(3), Is.EqualTo(new[] { "e016 3 2", "e016 5 0" }), seen.Text);
    }
}
