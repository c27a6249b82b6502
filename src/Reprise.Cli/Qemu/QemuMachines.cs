using System.Reflection;
using System.Text;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Boards;

namespace Reprise.Cli.Qemu;

/// <summary>Boards, CPUs and the version as QEMU names them.</summary>
internal static class QemuMachines
{
    /// <summary>The QEMU whose gdbstub and command line this follows; tools look for such a line.</summary>
    public static string Version { get; } = "QEMU emulator version 7.2.0 (Reprise "
        + typeof(QemuMachines).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion
        + ")";

    private static string[] Processors { get; } = ["cortex-m3", "cortex-m4", "cortex-m7", "qemu32", "qemu64"];

    /// <summary>Whether a processor of ours is what QEMU calls so: it has no name for one without an FPU.</summary>
    public static bool IsProcessor(string ours, string qemu) => ours == qemu || ours == qemu + "f"
        || (ours, qemu) is ("i386" or "i386-nx", "qemu32") or ("x86_64", "qemu64");

    /// <summary>
    /// The board with the processor of <c>-cpu</c>: on <c>pc</c> also <c>qemu32,+nx</c>, and <c>qemu64</c>, which it has on
    /// <c>qemu-system-x86_64</c>.
    /// </summary>
    public static Board WithProcessor(Board board, QemuOptions options) => (board.Name, options.Processor) switch
    {
        ("pc", "qemu32") when options.AddsNx => board.With("cpu: { model: i386-nx }\n", "-cpu"),
        ("pc", "qemu64") => board.With("cpu: { model: x86_64 }\n", "-cpu"),
        _ => board,
    };

    public static void ReadMachine(QemuOptions options, string text)
    {
        var properties = new QemuProperties("-machine", text, "type");
        if (properties["type"] is not { } name)
        {
            // What the machine is like, in an option of its own.
            options.WithoutEffect.Add("-machine " + text);
        }
        else if (name is "help" or "?")
        {
            options.Listing = List();
        }
        else
        {
            options.Machine = name;
        }
    }

    public static void ReadProcessor(QemuOptions options, string text)
    {
        if (text is "help" or "?")
        {
            options.Listing = "Available CPUs:\n" + string.Join('\n', Processors.Select(name => "  " + name));
        }
        else
        {
            var parts = text.Split(',');
            options.Processor = parts[0];
            options.AddsNx = parts.Contains("+nx") || parts.Contains("nx") || parts.Contains("nx=on");
            options.WithoutEffect.AddRange(parts[1..]
                .Where(feature => feature.Trim('+') is not ("nx" or "nx=on" or "pae" or "mmx" or "sse" or "sse2" or "pni"))
                .Select(feature => "-cpu " + feature));
        }
    }

    /// <exception cref="CliException">There is no such board.</exception>
    public static Board Find(string? name) => name is null
        ? throw new CliException("-M BOARD is missing; -M help lists the boards.")
        : BoardCatalog.Open(name)
            ?? throw new CliException($"there is no board '{name}'; -M help lists those that are there.");

    private static string List()
    {
        var text = new StringBuilder("Supported machines are:");
        foreach (var board in BoardCatalog.All)
        {
            text.Append('\n').Append(board.Name.PadRight(20)).Append(' ').Append(board.Description);
        }

        return text.ToString();
    }
}
