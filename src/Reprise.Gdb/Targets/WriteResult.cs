namespace Reprise.Gdb.Targets;

/// <summary>What became of a change the debugger asked for.</summary>
/// <param name="Error">Null when done, else one line for the user.</param>
public readonly record struct WriteResult(string? Error)
{
    public static WriteResult Done => default;

    public bool Succeeded => Error is null;

    public static WriteResult Refused(string reason) => new(reason);
}
