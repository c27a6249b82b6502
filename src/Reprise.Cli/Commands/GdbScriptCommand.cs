using System.CommandLine;
using Reprise.Cli.Sessions;

namespace Reprise.Cli.Commands;

/// <summary>Says where gdb's script is.</summary>
internal sealed class GdbScriptCommand : ICliCommand
{
    public Command Create()
    {
        var command = new Command(
            "gdb-script",
            "Prints the path of a script that gives gdb checkpoint, bookmark, last-write and more on Reprise: "
            + "'source PATH' in your .gdbinit. 'debug' loads it by itself.");
        command.SetAction(_ =>
        {
            Console.WriteLine(GdbScript.Path);
            return ExitStatus.Success;
        });
        return command;
    }
}
