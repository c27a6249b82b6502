namespace Reprise.Cli.Options;

/// <summary>The host's side of a serial port.</summary>
internal enum SerialKind
{
    Null,
    Stdio,

    /// <summary>Output goes to a file; nothing comes in.</summary>
    File,

    /// <summary>One client of a loopback port, both ways.</summary>
    Tcp,

    /// <summary>A pseudo-terminal that somebody opens, both ways.</summary>
    Pty,

    /// <summary>Two named pipes, PATH.in and PATH.out; one, PATH, where these are not there.</summary>
    Pipe,
}
