using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>A semihosting guest that uses gdb's files (File-I/O), and its recording, which needs no gdb.</summary>
internal sealed class FileIoTests
{
    private const string Sample = "semihosting";

    private static readonly string[] _options = ["--semihosting", "--semihosting-gdb", "--semihosting-cmdline", "me world"];

    [Test]
    public void Guest_UsesGdbsFiles_AndReplaysWithoutGdb()
    {
        using var folder = new TempFolder();
        var file = folder.File("files.reprise");
        var seen = folder.File("seen.txt");
        string console;
        using (var served = Served.Live(Sample, [.. _options, "--record", file]))
        {
            var output = served.Debug(
                "cd " + Path.GetDirectoryName(file), "set debug remote 1", "break fseek", "continue",
                "set debug remote 0", $"shell cp {Path.GetDirectoryName(file)}/notes.txt {seen}", "delete", "next", "stepi",
                "monitor inputs 99", "set debug remote 1", "continue");
            Assert.That(output, Does.Contain("Packet received: Fopen,").And.Contain("Packet received: Fwrite,"), output);
            Assert.That(output, Does.Contain("Packet received: Fread,").And.Contain("Packet received: Flseek,")
                .And.Contain("Packet received: Fclose,").And.Contain("Packet received: Funlink,"), output);
            Assert.That(output, Does.Contain("exited with code 03]"), output);
            served.Tool.Signal("INT");
            served.Tool.WaitForExit();
            console = served.Tool.Output;
        }

        Assert.That(console, Does.Contain("read 'line 2 of notes' from 48 bytes").And.Contain("nobody: not there"));
        Assert.That(File.Exists(folder.File("notes.txt")), Is.False, "the guest has removed it");
        Assert.That(Tool.Run("verify", file).Status, Is.Zero);
        Assert.That(Tool.Run("replay", file).Output, Is.EqualTo(console), "what gdb answered is in the recording");
    }

    [Test]
    public void Guest_WithoutADebugger_GetsNoFiles()
    {
        using var tool = RunningTool.Reprise(
            ["run", new Sample(Sample).Elf, "--gdb", "0", .. _options], "");
        tool.WaitFor(() => tool.Output.Contains("the time is", StringComparison.Ordinal));
        tool.WaitFor(() => tool.Error.Contains("failed: open", StringComparison.Ordinal));
    }

    [TestCase("F-1,2")]
    [TestCase("F-1,270f,C")]
    [TestCase("F7fffffff")]
    [TestCase("Fffffffffffffffff")]
    [TestCase("F-")]
    [TestCase("F")]
    [TestCase("F0,zz")]
    [TestCase("F3,0,C;attachment")]
    [TestCase("c")]
    [TestCase("bc")]
    public void Reply_Hostile_LeavesAGuestThatGoesOn(string reply)
    {
        using var server = DebugServer.Live(Sample, _options);
        using var client = new RemoteClient(server.Port);
        var answer = client.Ask("c");
        Assert.That(answer, Does.Match(@"^Fopen,[0-9a-f]+/a,601,1a4$").Or.Match("^Fopen,"));
        Assert.That(client.Ask("?"), Does.StartWith("T05"));
        answer = client.Ask(reply);
        Assert.That(answer, Does.Match("^(E|F|T|W|$)"));
        Assert.That(client.Ask("F0"), Does.Match("^(F|T|W|$)"), "only where a call is out");
        for (var i = 0; i < 40 && !answer.StartsWith('W'); i++)
        {
            answer = client.Ask(answer.StartsWith('F') ? "F-1,2" : "c");
        }

        Assert.That(answer, Is.EqualTo("W01"), "it fails to open its file, and says so");
    }
}
