using System.CommandLine;
using System.CommandLine.Invocation;
using Reprise.Cli.Commands;
using Reprise.Cli.Qemu;
using Reprise.Cli.Terminal;

var root = new RootCommand("Reprise records firmware deterministically and lets a stock gdb walk it backwards.");
foreach (var command in CommandCatalog.All)
{
    root.Subcommands.Add(command.Create());
}

// Signals are ours: a recording is closed properly before the process ends.
var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
try
{
    var parsed = root.Parse(QemuCommandLine.Adapt(ProgramName.AsCalled(), args));
    if (parsed.Action is ParseErrorAction)
    {
        var name = parsed.CommandResult.Command is RootCommand ? "reprise" : $"reprise {parsed.CommandResult.Command.Name}";
        var errors = string.Join(" ", parsed.Errors.Select(error => error.Message.Trim().ReplaceLineEndings(" ")));
        return ErrorReport.Print($"{errors} See '{name} --help'.");
    }

    return parsed.Invoke(configuration);
}
catch (Exception e)
{
    return ErrorReport.Print(e);
}
