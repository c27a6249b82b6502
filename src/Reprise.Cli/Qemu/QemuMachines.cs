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

    private const string Pc = "pc";
    private const string Pc64 = "pc-x86_64";
    private const string VersionedPc = "pc-i440fx-";
    private const string PcEmulator = "i386";
    private const string PcEmulator64 = "x86_64";

    /// <summary>A PC's processors that have less than the board's, or whatever the emulator can.</summary>
    private static readonly string[] _covered = ["486", "pentium", "pentium2", "pentium3", "kvm32", "kvm64", "base", "max", "host"];

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
        (Pc, "qemu32") when options.AddsNx => board.With("cpu: { model: i386-nx }\n", "-cpu"),
        (Pc, "qemu64") => board.With("cpu: { model: x86_64 }\n", "-cpu"),
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

        if (!properties.Switch("graphics", unlessGiven: true))
        {
            options.Choices = options.Choices with { HasSerialConsole = true };
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
            if (_covered.Contains(parts[0]))
            {
                options.WithoutEffect.Add($"-cpu {parts[0]} (the board has its own)");
            }
            else
            {
                options.Processor = parts[0];
            }

            options.AddsNx = parts.Contains("+nx") || parts.Contains("nx") || parts.Contains("nx=on");
            options.WithoutEffect.AddRange(parts[1..]
                .Where(feature => feature.Trim('+') is not ("nx" or "nx=on" or "pae" or "mmx" or "sse" or "sse2" or "pni"))
                .Select(feature => "-cpu " + feature));
        }
    }

    /// <summary>Whether a PC is meant, as far as the options that were read say so.</summary>
    public static bool IsPc(QemuOptions options) =>
        options.Machine is { } machine ? machine is Pc or Pc64 : options.Emulator is PcEmulator or PcEmulator64;

    /// <summary>The board that is meant: one of a PC's emulators has the PC unless it is told another.</summary>
    /// <exception cref="CliException">There is no such board.</exception>
    public static Board Find(QemuOptions options)
    {
        var isPc = options.Emulator is PcEmulator or PcEmulator64;
        var name = options.Machine ?? (isPc ? Pc : throw new CliException("-M BOARD is missing; -M help lists the boards."));
        if (isPc && (name == Pc || name.StartsWith(VersionedPc, StringComparison.Ordinal)))
        {
            name = options.Emulator == PcEmulator64 ? Pc64 : Pc;
        }

        return BoardCatalog.Open(name) ?? throw new CliException(
            $"there is no board '{name}'; -M help lists those that are there{(isPc ? $", '{Pc}' among them" : "")}.");
    }

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
