using System.CommandLine;

namespace Reprise.Cli.Commands;

/// <summary>A command of the tool: one class, one file; <see cref="CommandCatalog"/> finds them.</summary>
internal interface ICliCommand
{
    Command Create();
}
