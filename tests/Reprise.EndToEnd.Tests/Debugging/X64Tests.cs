using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>A stock gdb on a kernel in long mode, both ways over system calls, faults, rings and strings.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class X64Tests(bool live)
{
    private const string SmallPc =
        """
        cpu: { model: x86_64, clock: 1 GHz }
        memory:
          base: { address: 0, size: 640 KiB }
          ram: { address: 0x10_0000, size: 8 MiB }
        devices:
          pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0, edges: 0x4D0 }, wires: { intr: intr } }
          uart0: { type: debug-console, ports: 0xE9 }
          exit: { type: isa-debug-exit, ports: 0xf4 }
        """;

    private readonly TempFolder _folder = new();
    private string _recording = "";
    private string _board = "";

    private static string Elf => Path.Combine(new Sample("x86_64").Folder, "torture", "torture.elf");

    [OneTimeSetUp]
    public void Record()
    {
        _board = _folder.File("small.yaml");
        File.WriteAllText(_board, SmallPc);
        _recording = _folder.File("torture.reprise");
        var ran = Tool.Run("run", Elf, "--board", _board, "--record", _recording, "--snapshot-interval", "10_000");
        Assert.That(ran.Output, Does.Contain("done: "), ran.ToString());
        var verified = Tool.Run("verify", _recording);
        Assert.That(verified.Status, Is.Zero, verified.ToString());
    }

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    private DebugServer Start() => live
        ? DebugServer.Of(Elf, "run", Elf, "--board", _board, "--gdb", "0", "--wait")
        : DebugServer.Of(Elf, "replay", _recording, "--gdb", "0");

    [Test]
    public void Description_IsOf64Bits()
    {
        using var server = Start();
        var seen = server.Debug(
            "show architecture", "break vectors", "continue", "p sizeof($rip)", "p/x $cr0", "p $efer", "p/x $fctrl", "p $cs",
            "info registers k_gs_base", "ptype $xmm15");
        Assert.That(seen.Text, Does.Contain("i386:x86-64").And.Contain("= 8\n").And.Contain("= 0x80010013"), seen.Text);
        Assert.That(seen.Text, Does.Contain("[ NXE LMA LME SCE ]").And.Contain("= 0x37f").And.Contain("v2_double"), seen.Text);
    }

    [Test]
    public void Register_ThatCantBeChanged_SaysSo()
    {
        using var server = Start();
        var seen = server.Debug("break vectors", "continue", "p $cr3", "set $cr3 = (long) 0", "p $cr3", "set $fs = 8");
        Assert.That(seen.Text, Does.Contain("PDBR=").And.Contain("PCID=0"), seen.Text);
        Assert.That(seen.Text, Does.Contain("Could not write register \"cr3\""), seen.Text);
    }

    /// <summary>A Multiboot loader takes it as an i386 file, and so does gdb unless it is told better.</summary>
    [Test]
    public void Debug_A64BitKernelIn32BitFile_KnowsTheTarget()
    {
        var elf = Path.Combine(new Sample("x86_64").Folder, "torture", "torture-32.elf");
        string[] script = ["--", "-nx", "-batch", "-ex", "continue", "-ex", "reverse-stepi", "-ex", "p sizeof($rip)"];
        var recording = _folder.File("torture-32.reprise");
        if (!live)
        {
            Tool.Run("run", elf, "--board", _board, "--record", recording);
        }

        var seen = live ? Tool.Run(["debug", elf, "--board", _board, .. script]) : Tool.Run(["debug", recording, .. script]);
        Assert.That(seen.Output, Does.Contain("$1 = 8\n"), seen.ToString());
    }

    /// <summary>SYSCALL goes into ring 0 and back comes ring 3, forth and back.</summary>
    [Test]
    public void Step_OverASystemCall_ChangesTheRingBothWays()
    {
        using var server = Start();
        var seen = server.Debug(
            "break user_code", "continue", "delete", "stepi 2",
            Say("ring", "$cs & 3", "$pc == user_code + 8"),
            "stepi", Say("ring", "$cs & 3", "$pc == system_entry"),
            "reverse-stepi", Say("ring", "$cs & 3", "$pc == user_code + 8"),
            "nexti", Say("ring", "$cs & 3", "$pc == system_entry"),
            "tbreak *(user_code + 10)", "continue", Say("ring", "$cs & 3", "$rcx == $pc"),
            "reverse-stepi", Say("ring", "$cs & 3", "$pc > system_entry"));
        Assert.That(seen.Said("ring"), Is.EqualTo(new[] { "3 1", "0 1", "3 1", "0 1", "3 1", "0 1" }), seen.Text);
    }

    /// <summary>From the handler of a page fault backwards to the access that made it.</summary>
    [Test]
    public void ReverseStep_FromAPageFaultsHandler_ReachesTheAccess()
    {
        using var server = Start();
        var seen = server.Debug(
            "break interrupted if registers->vector == 14 && registers->error == 3", "continue", "delete",
            "set $from = registers->rip", Say("address", "$cr2"),
            "tbreak *$from", "reverse-continue", Say("at", "$pc == $from", "$cr2 != 0x602ffd"), "x/i $pc",
            "stepi", Say("in", "$pc >= (unsigned long) &entries && $pc < (unsigned long) &entries + 48 * 16", "$cr2"),
            "reverse-stepi", Say("at", "$pc == $from", "$cr2 != 0x602ffd"));
        Assert.That(seen.Said("address").Single(), Is.EqualTo("602ffd"), seen.Text);
        Assert.That(seen.Said("at"), Is.EqualTo(new[] { "1 1", "1 1" }), seen.Text);
        Assert.That(seen.Said("in").Single(), Is.EqualTo("1 602ffd"), seen.Text);
        Assert.That(seen.Text, Does.Contain("0x602ffd"));
    }

    [Test]
    public void Watch_ForthAndBack_SeesEveryFault()
    {
        const int turns = 12;
        using var server = Start();
        var seen = server.DebugScript($"""
            watch faults
            set $i = 0
            while $i < {turns}
              continue
              printf "@value %x\n", faults
              {When}
              set $i = $i + 1
            end
            while $i > 0
              reverse-continue
              printf "@value %x\n", faults
              {When}
              set $i = $i - 1
            end
            """);
        var values = Enumerable.Range(1, turns).Concat(Enumerable.Range(0, turns).Reverse());
        Assert.That(seen.Said("value"), Is.EqualTo(values.Select(value => $"{value:x}")), seen.Text);
        Assert.That(
            seen.Positions.Skip(turns).Reverse(),
            Is.EqualTo(seen.Positions.Take(turns).Select(position => position - 1)));
    }

    [Test]
    public void ReverseFinishAndNext_InC_GoToTheCallAndTheLineBefore()
    {
        using var server = Start();
        var seen = server.Debug(
            "break report if last_vector == 6", "continue", "delete",
            "reverse-finish", Say("caller", "$pc < (unsigned long) report || $pc > (unsigned long) report + 200"),
            "stepi", Say("in", "$pc == (unsigned long) report"),
            "advance put_hex", "finish", "next", "reverse-next", "reverse-step", "bt 1");
        Assert.That(seen.Said("caller").Single(), Is.EqualTo("1"), seen.Text);
        Assert.That(seen.Said("in").Single(), Is.EqualTo("1"), seen.Text);
        Assert.That(seen.Text, Does.Contain("put_hex").Or.Contain("out8"), seen.Text);
    }

    /// <summary>Any distance forth and as far back: the same registers; over faults, rings, strings and the x87.</summary>
    [TestCase(9_600)]
    [TestCase(16_500)]
    [TestCase(26_000)]
    [TestCase(27_900)]
    [TestCase(42_100)]
    [TestCase(63_900)]
    public void Step_ForthAndBack_ComesToTheSameRegisters(int position)
    {
        using var server = Start();
        var seen = server.DebugScript($"""
            tbreak vectors
            continue
            monitor goto {position}
            maintenance flush register-cache
            info all-registers
            stepi 400
            reverse-stepi 400
            info all-registers
            set $i = 0
            while $i < 30
              stepi
              set $i = $i + 1
            end
            reverse-stepi 30
            info all-registers
            {When}
            """);
        var registers = seen.Text.Split("\nrax ").Skip(1).Select(text => text[..text.IndexOf("\nmxcsr", StringComparison.Ordinal)])
            .ToList();
        Assert.That(registers, Has.Count.EqualTo(3), seen.Text);
        Assert.That(registers[1], Is.EqualTo(registers[0]));
        Assert.That(registers[2], Is.EqualTo(registers[0]));
        Assert.That(seen.Positions[^1], Is.EqualTo((ulong)position));
    }
}
