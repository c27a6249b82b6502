namespace Reprise.Gdb.Targets;

/// <summary>What became of a change the debugger asked for.</summary>
/// <param name="Error">Null when done, else one line for the user.</param>
/// <param name="Note">What the user should know of a change that was made; null for nothing.</param>
public readonly record struct WriteResult(string? Error, string? Note = null)
{
    public static WriteResult Done => default;

    public static WriteResult DoneWith(string note) => new(null, note);

    public bool Succeeded => Error is null;

    public static WriteResult Refused(string reason) => new(reason);
}
