namespace Reprise.Gdb.Targets;

/// <summary>A target whose guest uses the debugger's files: a resume may end with <see cref="StopKind.FileCall"/>.</summary>
public interface IFileTarget
{
    /// <summary>Takes the answer to that call, and goes on with the resume that it ended.</summary>
    /// <param name="reply">Untrusted.</param>
    /// <param name="action">The resume that was ended.</param>
    /// <param name="interrupted">As for <see cref="IDebugTarget.Resume"/>.</param>
    DebugStop Reply(FileReply reply, ResumeAction action, Func<bool> interrupted);
}
