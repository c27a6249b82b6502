namespace Reprise.Gdb.Sessions;

/// <summary>What a handler made of its packet.</summary>
internal enum Answer
{
    /// <summary>The reply is in the context; an empty one says "unknown".</summary>
    Reply,

    /// <summary>The packet has no reply.</summary>
    Silent,

    /// <summary>
    /// The reply comes when <see cref="SessionContext.PendingCommand"/> is done, or
    /// <see cref="SessionContext.PendingResume"/> has stopped.
    /// </summary>
    Resume,

    /// <summary>The reply in the context, then the session and the server are over.</summary>
    End,

    /// <summary>The session and the server are over without a reply.</summary>
    EndSilently,
}
