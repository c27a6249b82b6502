using Reprise.Gdb.Sessions;

namespace Reprise.Gdb.Transfers;

/// <summary>An object that qXfer reads: one class, one file; <see cref="TransferTable"/> finds them.</summary>
internal abstract class TransferSource
{
    /// <summary>The object's name: <c>features</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the target has it; else it is neither announced nor served.</summary>
    public abstract bool IsServed(SessionContext context);

    /// <summary>The whole object; null when there is no such annex.</summary>
    /// <param name="annex">Which part of the object; empty for those that have none.</param>
    /// <param name="context">The session.</param>
    public abstract ReadOnlyMemory<byte>? Read(string annex, SessionContext context);
}
