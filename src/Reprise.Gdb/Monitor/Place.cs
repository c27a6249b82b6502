using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Monitor;

/// <summary>A position of a branch.</summary>
internal readonly record struct Place(History Branch, ulong Position)
{
    /// <summary>As users type it, where there are branches: <c>1:2345</c>.</summary>
    public override string ToString() =>
        Branch.Branches.Count > 1
            ? FormattableString.Invariant($"{Branch.Number}:{Position}")
            : FormattableString.Invariant($"{Position}");
}
