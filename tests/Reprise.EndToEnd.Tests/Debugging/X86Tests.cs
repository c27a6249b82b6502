using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>A Multiboot kernel with interrupts and paging, recorded, verified, and walked both ways by gdb.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class X86Tests(bool live)
{
    private const string SmallPc =
        """
        cpu: { model: i386, clock: 1 GHz }
        memory:
          base: { address: 0, size: 640 KiB }
          ram: { address: 0x10_0000, size: 8 MiB }
        devices:
          pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0, edges: 0x4D0 }, wires: { intr: intr } }
          pit: { type: pit-8254, ports: { counters: 0x40, speaker: 0x61 }, irq: pic.irq0 }
          uart0: { type: debug-console, ports: 0xE9 }
          exit: { type: isa-debug-exit, ports: 0xf4 }
        """;

    private readonly TempFolder _folder = new();
    private string _recording = "";
    private string _board = "";

    private static string Elf => Path.Combine(new Sample("x86").Folder, "stacks", "stacks.elf");

    [OneTimeSetUp]
    public void Record()
    {
        _board = _folder.File("small.yaml");
        File.WriteAllText(_board, SmallPc);
        _recording = _folder.File("stacks.reprise");
        var ran = Tool.Run("run", Elf, "--board", _board, "--record", _recording, "--snapshot-interval", "20_000");
        Assert.That(ran.Output, Does.Contain("exception 14 at 00000001"), ran.ToString());
        var verified = Tool.Run("verify", _recording);
        Assert.That(verified.Status, Is.Zero, verified.ToString());
    }

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    private DebugServer Start() => live
        ? DebugServer.Of(Elf, "run", Elf, "--board", _board, "--gdb", "0", "--wait")
        : DebugServer.Of(Elf, "replay", _recording, "--gdb", "0");

    [Test]
    public void Script_FromTheCrash_FindsTheRecursionThatWentTooDeep()
    {
        using var server = Start();
        var seen = server.Debug($"-x {Path.Combine(new Sample("x86").Folder, "stacks", "find-bug.gdb")}");
        Assert.That(seen.Text, Does.Contain("$1 = 14").And.Contain("$2 = 0x1\n").And.Contain("$3 = 216"), seen.Text);
        Assert.That(seen.Text, Does.Contain("<count_round>").And.Contain("#12").And.Contain("evaluator_run"));
        Assert.That(seen.Text, Does.Contain("$6 = 211\n").And.Contain("$7 = 13\n"));
    }

    /// <summary>The packets of a server without vCont, with which gdb steps only what needs no breakpoint for it.</summary>
    [Test]
    public void Stepi_WithoutVCont_TakesThePlainPackets()
    {
        using var server = Start();
        var seen = new Transcript(GdbClient.RunScript(
            Elf, "set remote verbose-resume-packet off", $"target remote 127.0.0.1:{server.Port}", "set debug remote 1",
            "stepi", "queue-signal SIGUSR1", "stepi", "set debug remote 0", When));
        Assert.That(seen.Text, Does.Contain("Sending packet: $s#73").And.Contain("Sending packet: $S1e#"), seen.Text);
        Assert.That(seen.Positions, Is.EqualTo([2]), seen.Text);
    }

    /// <summary>x86 tells of an access when it has been made: forward gdb stands behind it, backward before it.</summary>
    [Test]
    public void Watch_ForthAndBack_SeesEveryTick()
    {
        const int turns = 8;
        using var server = Start();
        var seen = server.DebugScript($"""
            watch ticks
            set $i = 0
            while $i < {turns}
              continue
              printf "@value %x\n", ticks
              {When}
              set $i = $i + 1
            end
            while $i > 0
              reverse-continue
              printf "@value %x\n", ticks
              {When}
              set $i = $i - 1
            end
            delete
            reverse-continue
            {Say("begin", "$eip == _start")}
            """);
        var values = Enumerable.Range(1, turns).Concat(Enumerable.Range(0, turns).Reverse());
        Assert.That(seen.Said("value"), Is.EqualTo(values.Select(value => $"{value:x}")), seen.Text);
        Assert.That(
            seen.Positions.Skip(turns).Reverse(),
            Is.EqualTo(seen.Positions.Take(turns).Select(position => position - 1)));
        Assert.That(seen.Said("begin").Single(), Is.EqualTo("1"));
    }

    [Test]
    public void Step_OverAnInterruptAndBack_ComesToTheSameRegisters()
    {
        using var server = Start();
        var seen = server.DebugScript("""
            break interrupted
            continue
            delete
            stepi 40
            info registers
            stepi 500
            reverse-stepi 500
            info registers
            reverse-stepi 100
            stepi 100
            info registers
            """);
        var registers = seen.Text.Split("eax ").Skip(1).Select(text => text[..text.IndexOf("mxcsr", StringComparison.Ordinal)])
            .ToList();
        Assert.That(registers, Has.Count.EqualTo(3), seen.Text);
        Assert.That(registers[1], Is.EqualTo(registers[0]));
        Assert.That(registers[2], Is.EqualTo(registers[0]));
        Assert.That(registers[0], Does.Contain("[ PG ET PE ]").And.Contain("[ IOPL=0 IF"));
    }
}
