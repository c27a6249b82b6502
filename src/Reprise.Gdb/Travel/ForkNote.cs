using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Travel;

/// <summary>What the user is told about a branch that his change of the past began.</summary>
internal static class ForkNote
{
    public static string Of(History branch)
    {
        var memoryOnly = branch.Branches[0].IsFinished
            ? " It is kept in memory alone: the recording stays as it is."
            : "";
        return FormattableString.Invariant(
            $"The past stays as it was: branch {branch.Number} forks from branch {branch.Parent!.Number} at position ")
            + FormattableString.Invariant($"{branch.ForkPosition}, and goes on from here.{memoryOnly} ")
            + "'monitor branches' lists the branches.";
    }
}
