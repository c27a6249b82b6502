using Reprise.EndToEnd.Tests.Tools;
using Reprise.TimeTravel.Recording;

namespace Reprise.EndToEnd.Tests.Commands;

/// <summary>
/// Missing, truncated, random and hostile files and options: one paragraph on stderr, status 2, no stack trace, no hang
/// (a tool that does not end fails the test), nothing on stdout.
/// </summary>
internal sealed class BadInputTests
{
    private static readonly TempFolder _folder = new();

    private static string Firmware => new Sample("ticks").Elf;

    private static string PcKernel => Path.Combine(new Sample("x86/stacks").Folder, "stacks.elf");

    public static IEnumerable<string[]> BadOptions =>
    [
        [], ["nonsense"], ["run"], ["replay"], ["verify"], ["info"], ["debug"], ["--nonsense"], ["run", "--nonsense"],
        ["boards", "more"], ["info", "a", "b"],
        ["run", Firmware, "--board", "nothing"], ["run", Firmware, "--board"], ["run", Firmware, "--board", "/no/such/board.yaml"],
        ["run", Firmware, "--board", "pc"], ["run", PcKernel, "--board", "microbit"],
        ["run", Firmware, "--clock", "0"],
        ["run", Firmware, "--clock", "-1"], ["run", Firmware, "--clock", "fast"],
        ["run", Firmware, "--clock", "99999999999999999999999"], ["run", Firmware, "--snapshot-interval", "0"],
        ["run", Firmware, "--snapshot-interval", ""], ["run", Firmware, "--snapshot-budget", "9999999999G"],
        ["run", Firmware, "--snapshot-budget", "M"], ["run", Firmware, "--max-instructions", "1e6"],
        ["run", Firmware, "--max-instructions", "-5"], ["run", Firmware, "--load-address", "0xgg"],
        ["run", Firmware, "--wait"], ["run", Firmware, "--gdb", "65536"], ["run", Firmware, "--gdb", "host"],
        ["run", Firmware, "--gdb", "no.such.host.invalid:1"],
        ["run", Firmware, "--gdb", "0", "--max-instructions", "1"],
        ["run", Firmware, "--gdb", "203.0.113.1:0"], ["run", Firmware, "--serial", "uart0"],
        ["run", Firmware, "--serial", "uart9=null"], ["run", Firmware, "--serial", "uart0=tcp:99999"],
        ["run", Firmware, "--serial", "uart0=null", "--serial", "uart0=null"],
        ["run", Firmware, "--serial", "uart1=stdio"], ["run", Firmware, "--serial", "=null"],
        ["run", Firmware, "--serial", "uart0=file:/no/such/folder/x"], ["run", Firmware, "--record", ""],
        ["run", Firmware, "--record", "/no/such/folder/x.reprise"], ["run", Firmware, "--record", "/"],
        ["run", Firmware, "--record", Firmware], ["run", Firmware, "--record", Firmware, "--overwrite"],
        ["run", Firmware, Firmware], ["run", Firmware, "\0"], ["run", "%s%n\u001b[2J"], ["replay", Firmware],
        ["replay", Firmware, "--at", "yesterday"], ["info", Firmware], ["verify", Firmware],
        ["debug", "/no/such/file"],
    ];

    public static IEnumerable<object[]> BadFiles =>
        from command in new[] { "run", "replay", "verify", "info", "debug" }
        from name in new[]
        {
            "missing", "folder", "empty", "byte", "random", "zeros", "elf-magic", "elf-cut", "elf-hostile",
            "recording-magic",
            "recording-cut", "recording-flipped", "recording-no-header", "text", "unreadable-device",
        }
        select new object[] { command, name };

    [OneTimeTearDown]
    public static void Remove() => _folder.Dispose();

    [TestCaseSource(nameof(BadOptions))]
    public void Tool_BadOptions_OneParagraphAndStatus2(params string[] arguments)
    {
        // A NUL can't be in an argument of a process; the shell would drop it too.
        Check(Tool.Run([.. arguments.Select(argument => argument.Replace("\0", ""))]));
        Assert.That(new FileInfo(Firmware).Length, Is.GreaterThan(20_000), "the firmware is still there");
    }

    [TestCaseSource(nameof(BadFiles))]
    public void Tool_BadFile_OneParagraphAndStatus2(string command, string name)
    {
        var file = Make(name);
        var result = Tool.Run(command is "run" ? ["run", file, "--max-instructions", "1000"] : [command, file]);
        Check(result);
        Assert.That(result.Error, Does.Contain(file), "it names the file");
    }

    private static void Check(ToolResult result)
    {
        Assert.That(result.Status, Is.EqualTo(2), result.ToString());
        Assert.That(result.Error, Does.StartWith("reprise: "), result.ToString());
        Assert.That(result.Error.Trim().Split('\n'), Has.Length.EqualTo(1), result.ToString());
        Assert.That(result.Error, Does.Not.Contain("   at ").And.Not.Contain("internal error")
            .And.Not.Contain("Exception"));
        Assert.That(result.Output, Is.Empty, result.ToString());
    }

    private static string Make(string name)
    {
        var file = _folder.File(name);
        var elf = File.ReadAllBytes(Firmware);
        switch (name)
        {
            case "missing":
                return file;
            case "folder":
                Directory.CreateDirectory(file);
                return file;
            case "unreadable-device":
                return "/proc/self/mem";
        }

        File.WriteAllBytes(file, name switch
        {
            "empty" => [],
            "byte" => [0x7f],
            "random" => Random(5_000),
            "zeros" => new byte[5_000],
            "elf-magic" => [0x7f, (byte)'E', (byte)'L', (byte)'F'],
            "elf-cut" => elf[..60],
            "elf-hostile" => Hostile(elf),
            "recording-magic" => "REPRISE\n"u8.ToArray(),
            "recording-cut" => File.ReadAllBytes(RecordedSamples.Ticks)[..200],
            "recording-flipped" => Flip(File.ReadAllBytes(RecordedSamples.Ticks)),
            "recording-no-header" => NoHeader(),
            _ => "just some text, no firmware\n"u8.ToArray(),
        });
        return file;
    }

    private static byte[] Random(int count)
    {
        var bytes = new byte[count];
        new Random(5).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Hostile(byte[] elf)
    {
        // The program header table and every size in it are as large as can be.
        elf.AsSpan(52, 32).Fill(0xff);
        elf.AsSpan(28, 4).Fill(0x7f);
        return elf;
    }

    private static byte[] Flip(byte[] recording)
    {
        recording[recording.Length / 2] ^= 4;
        return recording;
    }

    private static byte[] NoHeader()
    {
        var stream = new MemoryStream();
        using (var writer = new BlockWriter(stream))
        {
            writer.Append(BlockKind.Intervals, 0, 0, [0x90]);
            writer.Finish();
        }

        return stream.ToArray();
    }
}
