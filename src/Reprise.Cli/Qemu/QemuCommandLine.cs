using Reprise.Cli.Terminal;

namespace Reprise.Cli.Qemu;

/// <summary>Reads a command line of QEMU.</summary>
internal static class QemuCommandLine
{
    public const string Command = "qemu";

    /// <summary>A file of such a name, or a link to ours, stands for the command.</summary>
    private const string ProgramPrefix = "qemu-system-";

    /// <summary>Options of <c>reprise</c> itself that QEMU has too.</summary>
    private static readonly string[] _ours = ["-h", "--help", "--version"];

    /// <summary>
    /// The command line as the parser of commands takes it. An IDE changes the server's path and no more, so
    /// <c>reprise -cpu cortex-m3 -machine ...</c>, a link named qemu-system-arm, and that name as the first argument mean this
    /// command too.
    /// </summary>
    /// <param name="program">How the program was called.</param>
    /// <param name="arguments">What was given.</param>
    public static string[] Adapt(string program, string[] arguments)
    {
        var first = arguments.FirstOrDefault() ?? "";
        if (first == Command)
        {
            return [Command, "--", .. arguments[1..]];
        }

        var name = Path.GetFileName(program);
        if (name.StartsWith(ProgramPrefix, StringComparison.Ordinal))
        {
            return [Command, "--", name, .. arguments];
        }

        var isMeant = first.StartsWith(ProgramPrefix, StringComparison.Ordinal)
            || (!_ours.Contains(first) && QemuOptionTable.Find(first) is not null);
        return isMeant ? [Command, "--", .. arguments] : arguments;
    }

    /// <summary>Reads the options. The name of the emulator that is meant may stand before them.</summary>
    /// <exception cref="CliException">An option that is not known, or a bad value.</exception>
    public static QemuOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new QemuOptions();
        var start = 0;
        if (arguments.Count > 0 && arguments[0].StartsWith(ProgramPrefix, StringComparison.Ordinal))
        {
            options.Emulator = arguments[0][ProgramPrefix.Length..];
            start = 1;
        }

        for (var i = start; i < arguments.Count; i++)
        {
            var name = arguments[i];
            if (QemuOptionTable.Find(name) is not { } option)
            {
                if (!name.StartsWith('-') && QemuMachines.IsPc(options))
                {
                    // QEMU's first disk needs no option.
                    options.Disks.Add("hda", name);
                    continue;
                }

                throw new CliException(name.StartsWith('-')
                    ? $"there is no option '{name}' here; 'reprise qemu -help' lists those of QEMU's that are."
                    : $"'{name}' is no option: the firmware is given with -kernel FILE.");
            }

            if (option.Value is not null && ++i == arguments.Count)
            {
                throw new CliException($"{name} needs a value behind it.");
            }

            option.Apply(options, option.Value is null ? "" : arguments[i]);
        }

        return options;
    }
}
