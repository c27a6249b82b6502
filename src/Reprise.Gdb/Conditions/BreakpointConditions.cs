using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Conditions;

/// <summary>
/// The conditions of one breakpoint, one for each of the user's breakpoints there: it stops when any of them holds.
/// Equal when the code is.
/// </summary>
internal sealed class BreakpointConditions(IReadOnlyList<AgentExpression> expressions)
    : IEquatable<BreakpointConditions>
{
    /// <summary>Conditions taken for one address.</summary>
    public const int Most = 64;

    /// <summary>Bytes of code.</summary>
    public int Size { get; } = expressions.Sum(expression => expression.Code.Length);

    private IReadOnlyList<AgentExpression> Expressions { get; } = expressions;

    /// <summary>Null when there is nothing to ask.</summary>
    public Func<bool>? On(IDebugTarget target) => Expressions switch
    {
        [] => null,
        [var only] => () => AgentEvaluator.Holds(only, target),
        _ => () => Expressions.Any(expression => AgentEvaluator.Holds(expression, target)),
    };

    public bool Equals(BreakpointConditions? other) =>
        other is not null
        && Expressions.Count == other.Expressions.Count
        && Expressions.Zip(other.Expressions).All(pair => pair.First.Code.SequenceEqual(pair.Second.Code));

    public override bool Equals(object? obj) => Equals(obj as BreakpointConditions);

    public override int GetHashCode() => HashCode.Combine(Expressions.Count, Size);
}
