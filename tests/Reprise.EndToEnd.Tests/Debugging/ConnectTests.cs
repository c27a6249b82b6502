using System.Buffers.Binary;
using System.Globalization;
using Reprise.Emulation.Firmware;
using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>What a stock gdb sees when it connects, to a live run and to a recording.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class ConnectTests(bool live)
{
    private DebugServer Start() =>
        live ? DebugServer.Live("ticks") : DebugServer.Replay("ticks", RecordedSamples.Ticks);

    [Test]
    public void Connect_AtStart_RegistersAreThoseOfReset()
    {
        var firmware = FirmwareLoader.Load(new Sample("ticks").Elf, null);
        var vectors = firmware.Segments.Single(segment => segment.Address == 0).Data.Span;
        var stack = BinaryPrimitives.ReadUInt32LittleEndian(vectors);
        var start = BinaryPrimitives.ReadUInt32LittleEndian(vectors[4..]) & ~1u;
        using var server = Start();
        var seen = server.Debug(
            Say("core", "$pc", "$sp", "$lr", "$xpsr", "$r0", "$r12"),
            Say("system", "$msp", "$psp", "$primask", "$basepri", "$faultmask", "$control"),
            When);
        Assert.That(
            seen.Said("core").Single(), Is.EqualTo($"{start:x} {stack:x} ffffffff 41000000 0 0"), seen.Text);
        Assert.That(seen.Said("system").Single(), Is.EqualTo($"{stack:x} 0 0 0 0 0"));
        Assert.That(seen.Positions, Is.EqualTo([0ul]));
    }

    [Test]
    public void Registers_InAThreadOfItsOwnStack_AreThoseOfTheThread()
    {
        using var server = Start();
        var seen = server.Debug(
            "break print_line",
            "continue",
            Say("stack", "$sp == $psp", "$msp == $sp", "$control", "$xpsr & 0x1ff", "$primask"),
            "delete",
            "break systick_handler",
            "continue",
            Say("stack", "$sp == $psp", "$msp == $sp", "$control & 1", "$xpsr & 0x1ff", "$primask"));
        Assert.That(seen.Said("stack"), Is.EqualTo(["1 0 2 0 0", "0 1 0 f 0"]), seen.Text);
    }

    [Test]
    public void Memory_OfTheFirmware_IsWhatTheFileHolds()
    {
        using var folder = new TempFolder();
        using var server = Start();
        var firmware = FirmwareLoader.Load(server.Elf, null);
        foreach (var segment in firmware.Segments)
        {
            var file = folder.File($"{segment.Address:x}");
            var end = segment.Address + (ulong)segment.Data.Length;
            var seen = server.Debug($"dump binary memory {file} 0x{segment.Address:x} 0x{end:x}");
            Assert.That(File.Exists(file), seen.Text);
            Assert.That(File.ReadAllBytes(file), Is.EqualTo(segment.Data.ToArray()));
        }
    }

    [Test]
    public void Memory_OfNothingAndOfDevices_IsAnErrorAndAValue()
    {
        using var server = Start();
        var seen = server.Debug(
            "x/1xw 0x60000000",
            Say("cpuid", "*(unsigned *)0xe000ed00"),
            Say("uart", "*(unsigned *)0x40004004"));
        Assert.That(seen.Text, Does.Contain("Cannot access memory at address 0x60000000"));
        Assert.That(seen.Said("cpuid").Single(), Is.EqualTo("410fc231"), "a Cortex-M3, as QEMU has it");
        Assert.That(seen.Said("uart").Single(), Is.EqualTo("0"));
    }

    [Test]
    public void Looking_AtEverything_ChangesNothing()
    {
        using var server = Start();
        const string state = "printf \"@sum %x %x %x %x\\n\", $pc, $sp, $xpsr, turn";
        string[] travel = ["break print_line", "continue", state, When];
        string[] look = ["info registers", "x/64xw 0x40000000", "x/16xw 0x40004000", "x/64xw 0xe000e000", "backtrace",
            "info threads"];
        string[] on = ["stepi", "stepi", "continue", state, When];
        var plain = server.Debug([.. travel, .. on, "monitor goto start"]);
        using var other = Start();
        var looked = other.Debug([.. travel, .. look, .. on]);
        Assert.That(looked.Said("sum"), Is.EqualTo(plain.Said("sum")));
        Assert.That(looked.Positions, Is.EqualTo(plain.Positions), looked.Text);
        Assert.That(plain.Positions[^1].ToString(CultureInfo.InvariantCulture), Is.Not.EqualTo("0"));
    }
}
