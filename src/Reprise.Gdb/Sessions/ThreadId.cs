using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Sessions;

/// <summary>The one thread of the one process, and who else means it.</summary>
internal static class ThreadId
{
    public const int Only = 1;

    public static string Text(bool multiprocess) => multiprocess ? "p01.01" : "01";

    /// <summary>
    /// Takes a thread id: <c>1</c>, <c>0</c> (any), <c>-1</c> (all), or <c>pP.T</c> of the same. False when it is none.
    /// </summary>
    /// <param name="arguments">Where it is taken from.</param>
    /// <param name="known">Whether it covers our thread.</param>
    public static bool TryTake(ref PacketArguments arguments, out bool known)
    {
        if (!arguments.TryTake("p"u8))
        {
            return TryTakePart(ref arguments, out known);
        }

        if (!TryTakePart(ref arguments, out known))
        {
            return false;
        }

        if (!arguments.TryTake("."u8))
        {
            return true;
        }

        var good = TryTakePart(ref arguments, out var thread);
        known &= thread;
        return good;
    }

    private static bool TryTakePart(ref PacketArguments arguments, out bool known)
    {
        if (arguments.TryTake("-1"u8))
        {
            known = true;
            return true;
        }

        var good = arguments.TryTakeNumber(out var number);
        known = good && number <= Only;
        return good;
    }
}
