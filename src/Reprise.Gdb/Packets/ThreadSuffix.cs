using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary>The <c>;thread:id;</c> that LLDB puts behind g, G, p and P.</summary>
internal static class ThreadSuffix
{
    /// <summary>Takes it off. False when it is there and names no thread of ours.</summary>
    public static bool TryCut(ref PacketArguments arguments)
    {
        if (!arguments.TryCut(";thread:"u8, out var suffix))
        {
            return true;
        }

        return ThreadId.TryTake(ref suffix, out var known) && known
            && (suffix.AtEnd || (suffix.TryTake(";"u8) && suffix.AtEnd));
    }
}
