using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Sessions;

/// <summary>What <c>info threads</c> shows, in QEMU's words.</summary>
internal static class ThreadText
{
    public static string Describe(IDebugTarget target) =>
        target is IThreadTarget thread ? $"CPU#0 [{thread.ThreadState}]" : "CPU#0";
}
