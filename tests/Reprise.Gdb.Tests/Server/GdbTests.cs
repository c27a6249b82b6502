using System.Diagnostics;
using System.Globalization;
using Reprise.Gdb.Tests.Fakes;

namespace Reprise.Gdb.Tests.Server;

/// <summary>The stock gdb against the server.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class GdbTests
{
    private const string Gdb = "gdb-multiarch";
    private const int TimeoutMilliseconds = 60_000;

    private readonly FakeTarget _target = new();

    [Test]
    public void Gdb_ConnectAndRead_SeesRegistersAndMemory()
    {
        var output = Debug("info registers", "p/x $xpsr", "p/x $msp", "p $faultmask", "p $primask",
            "x/2i 0", "x/2xh 0", "x/xb 0x3ff", "x/xb 0x400", "info threads", "maint packet qqemu.sstepbits");
        Assert.That(output, Does.Match(@"r0 +0x100 +256"));
        Assert.That(output, Does.Match(@"sp +0x3f0"));
        Assert.That(output, Does.Match(@"pc +0x0"));
        Assert.That(output, Does.Match(@"xpsr +0x1000000"));
        Assert.That(output, Does.Contain("$2 = 0x3f0").And.Contain("$3 = <unavailable>").And.Contain("$4 = 284"));
        Assert.That(output, Does.Contain("nop").And.Contain("0xbf00\t0xbf00").And.Contain("0x3ff:\t0xbf"));
        Assert.That(output, Does.Contain("Cannot access memory at address 0x400"));
        Assert.That(output, Does.Contain("CPU#0"));
        Assert.That(output, Does.Contain("received: \"ENABLE=1\""));
    }

    [Test]
    public void Gdb_BothDirections_StopsWhereItShould()
    {
        var output = Debug("break *0x10", "continue", "p/x $pc", "stepi", "p/x $pc", "reverse-stepi", "p/x $pc",
            "reverse-stepi", "p/x $pc", "delete", "hbreak *0x20", "continue", "p/x $pc", "delete",
            "watch *(int *)0x300", "continue", "p/x $pc", "delete", "continue", "p/x $pc",
            "reverse-continue", "p/x $pc", "reverse-stepi", "p/x $pc");
        var stops = string.Join(' ', Enumerable.Range(1, 9).Select(number => Value(output, number)));
        Assert.That(stops, Is.EqualTo("0x10 0x12 0x10 0xe 0x20 0x42 0x100 0x0 0x0"), output);
        Assert.That(output, Does.Contain("No more reverse-execution history."));
        Assert.That(_target.Breakpoints, Is.Empty);
    }

    // Forward gdb stops behind the store, backward at it: it steps over the access itself, and sees the change.
    [TestCase("watch")]
    [TestCase("awatch")]
    public void Gdb_Watchpoint_StopsAtTheAccessInBothDirections(string watch)
    {
        var output = Debug($"{watch} *(char *)0x300", "continue", "p/x $pc", "reverse-continue", "p/x $pc",
            "continue", "p/x $pc", "continue", "p/x $pc", "reverse-continue", "p/x $pc", "reverse-continue", "p/x $pc");
        var stops = string.Join(' ', Enumerable.Range(1, 6).Select(number => Value(output, number)));
        Assert.That(stops, Is.EqualTo("0x42 0x40 0x42 0x100 0x40 0x0"), output);
        Assert.That(output, Does.Contain("New value = 85 'U'").And.Contain("Old value = 85 'U'"));
    }

    [Test]
    public void Gdb_WriteAndMonitor_ReachTheTarget()
    {
        var output = Debug("set *(int *)0x200 = 0x12345678", "x/xw 0x200", "set $r3 = 7", "p $r3",
            "set *(int *)0x390 = 1", "set $pc = 0x1001", "monitor help", "monitor long", "detach");
        Assert.That(output, Does.Contain("0x200:\t0x12345678").And.Contain("$1 = 7"));
        Assert.That(output, Does.Contain("Cannot access memory at address 0x390"));
        Assert.That(output, Does.Contain("help  this text\nquit  end the server\n"));
        Assert.That(output.Count(letter => letter == '='), Is.GreaterThanOrEqualTo(100_000));
        Assert.That(output, Does.Contain("detached"));
        Assert.That(_target.Detached);
    }

    [Test]
    public void Gdb_ExtendedRemote_RunsAnew()
    {
        var output = Run("target extended-remote", "set remote exec-file fw.elf", "stepi", "p/x $pc", "starti",
            "p/x $pc", "stepi", "p/x $pc");
        var stops = string.Join(' ', Enumerable.Range(1, 3).Select(number => Value(output, number)));
        Assert.That(stops, Is.EqualTo("0x2 0x0 0x2"), output);
        Assert.That(output, Does.Not.Contain("sp alias"), "gdb tells which stack pointer sp is");
        Assert.That(_target.Killed, Is.False);
    }

    private static string? Value(string output, int number)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"${number} = ");
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal));
        return line?[prefix.Length..];
    }

    private string Debug(params string[] commands) => Run("target remote", commands);

    private string Run(string connect, params string[] commands)
    {
        using var server = new RunningServer(_target);
        var start = new ProcessStartInfo(Gdb)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        string[] settings = ["set pagination off", "set confirm off", "set tcp connect-timeout 10"];
        foreach (var argument in new[] { "-nx", "-q", "-batch" })
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var command in settings.Append($"{connect} 127.0.0.1:{server.Port}").Concat(commands))
        {
            start.ArgumentList.Add("-ex");
            start.ArgumentList.Add(command);
        }

        using var gdb = Process.Start(start)!;
        gdb.StandardInput.Close();
        var errors = gdb.StandardError.ReadToEndAsync();
        var output = gdb.StandardOutput.ReadToEndAsync();
        if (!gdb.WaitForExit(TimeoutMilliseconds))
        {
            gdb.Kill();
            Assert.Fail("gdb hangs:\n" + output.Result + errors.Result);
        }

        return output.Result + errors.Result;
    }
}
