using System.CommandLine;
using System.Globalization;
using Reprise.Emulation.Boards;

namespace Reprise.Cli.Commands;

/// <summary>Lists the boards.</summary>
internal sealed class BoardsCommand : ICliCommand
{
    public Command Create()
    {
        var command = new Command("boards", "Lists the boards that firmware can run on.");
        command.SetAction(_ =>
        {
            foreach (var board in BoardCatalog.All)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{board.Name,-14} {board.Description}; {board.DefaultClock / 1_000_000} MHz"));
            }

            return ExitStatus.Success;
        });
        return command;
    }
}
