using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Packets;

/// <summary>What k and vKill have in common.</summary>
internal static class KillGuest
{
    /// <summary>
    /// Ends the guest, and says that the server ends too. In extended mode a guest that can begin anew is only left
    /// where it is: gdb's <c>run</c> kills first and restarts next.
    /// </summary>
    public static bool From(SessionContext context)
    {
        context.Breakpoints.Clear();
        if (context.Extended && context.Target is IRestartTarget)
        {
            return false;
        }

        context.Target.Kill();
        return true;
    }
}
