namespace Reprise.Cli.Commands;

/// <summary>What the process ends with, unless the guest says otherwise.</summary>
internal static class ExitStatus
{
    public const int Success = 0;

    /// <summary>verify: a replay does not give what was recorded.</summary>
    public const int Diverged = 1;

    /// <summary>Bad options, bad files, or anything that keeps the command from doing its work.</summary>
    public const int Failed = 2;

    /// <summary>run: the CPU locked up.</summary>
    public const int GuestHalted = 3;
}
