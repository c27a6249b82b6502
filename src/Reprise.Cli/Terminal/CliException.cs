namespace Reprise.Cli.Terminal;

/// <summary>The command can't do what was asked; the message is one paragraph for the user.</summary>
internal sealed class CliException : Exception
{
    public CliException(string message)
        : base(message)
    {
    }
}
