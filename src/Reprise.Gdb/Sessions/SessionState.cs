namespace Reprise.Gdb.Sessions;

/// <summary>What a <see cref="Session"/> needs next.</summary>
public enum SessionState
{
    /// <summary>Bytes.</summary>
    Listening,

    /// <summary>A call of <see cref="Session.Run"/>; output so far may wait for the reply if that comes soon.</summary>
    ResumeWanted,

    /// <summary>Nothing: its output is the last, and the server ends too.</summary>
    Ended,
}
