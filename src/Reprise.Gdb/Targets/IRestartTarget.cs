namespace Reprise.Gdb.Targets;

/// <summary>A target that can begin anew (gdb's <c>run</c> with extended-remote, and the packet R).</summary>
public interface IRestartTarget
{
    /// <summary>Puts the guest back before its first instruction.</summary>
    DebugStop Restart();
}
