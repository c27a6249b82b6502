namespace Reprise.Gdb.Targets;

/// <summary>A target that can go to the other side of a watched access that it has just stopped at.</summary>
public interface IPassAccessTarget
{
    /// <summary>Executes, or undoes, the one instruction that made the access, whatever is set on its way.</summary>
    void PassAccess(bool backwards);
}
