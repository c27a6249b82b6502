using System.Text;
using System.Text.RegularExpressions;
using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.DropIn;

/// <summary>The host's ends of a serial port that other programs open: a pseudo-terminal, named pipes.</summary>
internal sealed partial class SerialEndTests
{
    private static readonly string Elf = new Sample("echo").Elf;

    [TestCase("-serial", "pty", "serial0")]
    [TestCase("-chardev", "pty,id=con", "con")]
    public void Pty_OfQemusOptions_TalksToWhoOpensIt(string option, string value, string label)
    {
        string[] serial = option == "-serial" ? [] : ["-serial", "chardev:con"];
        using var tool = RunningTool.Reprise(
            ["-M", "mps2-an385", "-kernel", Elf, "-monitor", "null", option, value, .. serial], null);
        tool.WaitFor(() => tool.Output.Contains('\n', StringComparison.Ordinal));
        Assert.That(tool.Output, Does.Match($@"^char device redirected to /dev/pts/\d+ \(label {label}\)\n$"));
        using (var first = Open(tool.Output))
        {
            Assert.That(Say(first, "one\n", "1: "), Does.EndWith("1: ENO\n> "));
        }

        // Whoever comes next finds it as it was left; what was sent while nobody was there is lost.
        using var second = Open(tool.Output);
        Assert.That(Say(second, "two\r", "2: "), Does.EndWith("2: OWT\n> "));
    }

    [Test]
    public void Pty_OfRun_IsNamedOnStderr()
    {
        using var tool = RunningTool.Reprise(["run", Elf, "--serial", "uart0=pty"], null);
        tool.WaitFor(() => tool.Error.Contains("uart0: at /dev/pts/", StringComparison.Ordinal));
        using var terminal = Open(tool.Error);
        const string Special = "\x03\x04\x11\x13\x1a\x1c\x7f\xff";
        var backwards = string.Concat(Special.Reverse());
        Assert.That(Say(terminal, Special + "\n", "1: "), Does.EndWith($"1: {backwards}\n> "), "raw: none does anything");
    }

    [Test]
    public void Pty_NobodyReads_LetsTheGuestGoOn()
    {
        using var tool = RunningTool.Reprise(
            ["run", new Sample("compute").Elf, "--serial", "uart0=pty", "--max-instructions", "1_000_000_000"], null);
        tool.WaitFor(() => tool.Error.Contains("/dev/pts/", StringComparison.Ordinal));
        using var terminal = Open(tool.Error);
        Assert.That(tool.WaitForExit().Error, Does.Contain("stopped, after 1,000,000,000 instructions"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Pipe_InAndOut_AreTheTwoNamedPipes(bool qemu)
    {
        using var folder = new TempFolder();
        var path = folder.File("console");
        foreach (var end in new[] { ".in", ".out" })
        {
            using var made = new RunningTool("mkfifo", [path + end]);
            Assert.That(made.WaitForExit().Status, Is.Zero);
        }

        using var tool = RunningTool.Reprise(
            qemu ? ["-M", "mps2-an385", "-kernel", Elf, "-serial", $"pipe:{path}"] : ["run", Elf, "--serial", $"uart0=pipe:{path}"],
            null);
        using var output = new FileStream(path + ".out", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        using var input = new FileStream(path + ".in", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        input.Write("hello\n"u8);
        Assert.That(
            Hear(output, "1: "), Is.EqualTo("echo: type lines, or quit\n> 1: OLLEH\n> "));
    }

    [Test]
    public void Pipe_ThatIsNotThere_IsAnError()
    {
        var result = Tool.Run("run", Elf, "--serial", "uart0=pipe:no-such-pipe");
        Assert.That(result.Status, Is.EqualTo(2));
        Assert.That(result.Error, Does.StartWith("reprise: ").And.Contain("no-such-pipe"));
    }

    [GeneratedRegex(@"/dev/pts/\d+")]
    private static partial Regex TerminalName();

    private static FileStream Open(string text) =>
        new(TerminalName().Match(text).Value, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

    private static string Say(FileStream terminal, string text, string answer)
    {
        terminal.Write(Encoding.Latin1.GetBytes(text));
        return Hear(terminal, answer);
    }

    /// <summary>What comes up to the prompt behind an answer.</summary>
    private static string Hear(FileStream stream, string answer)
    {
        var heard = "";
        var buffer = new byte[256];
        while (!heard.EndsWith("> ", StringComparison.Ordinal) || !heard.Contains(answer, StringComparison.Ordinal))
        {
            var reading = Task.Run(() => stream.Read(buffer));
            Assert.That(reading.Wait(TimeSpan.FromSeconds(60)), Is.True, $"heard only '{heard}'");
            heard += Encoding.Latin1.GetString(buffer, 0, reading.Result);
        }

        return heard;
    }
}
