using Reprise.Cli.Terminal;

namespace Reprise.Cli.Qemu;

/// <summary>-semihosting-config.</summary>
/// <param name="Enabled">Calls are answered.</param>
/// <param name="CommandLine">What the guest gets, if it was given here.</param>
/// <param name="Console">The chardev of its console; null for stdin and stdout.</param>
/// <param name="DebuggerFiles">Files are the debugger's.</param>
internal readonly record struct QemuSemihosting(
    bool Enabled, string? CommandLine, string? Console, bool DebuggerFiles = false)
{
    private const string Option = "-semihosting-config";

    /// <exception cref="CliException">What is not there.</exception>
    public static QemuSemihosting Parse(string text)
    {
        var properties = new QemuProperties(Option, text, "enable");
        var enabled = properties.Switch("enable", true);
        var target = properties["target"] ?? "auto";
        if (target is not ("native" or "auto" or "gdb"))
        {
            throw new CliException($"{Option} target={target}: native, gdb, or auto (which is native here).");
        }

        var arguments = properties.All("arg");
        var console = properties["chardev"];
        properties.Ignore("userspace");
        properties.CheckAllUsed();
        return new(enabled, arguments.Count > 0 ? string.Join(' ', arguments) : null, console, target == "gdb");
    }
}
