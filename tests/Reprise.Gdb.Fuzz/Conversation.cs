using Reprise.Gdb.Sessions;
using Reprise.Gdb.Tests.Fakes;

namespace Reprise.Gdb.Fuzz;

/// <summary>One connection whose peer sends any bytes. What goes wrong is an exception, which a fuzzer takes for a crash.</summary>
internal static class Conversation
{
    /// <summary>More than any reply to so many bytes: a packet has one, and a short repetition of one byte has that often.</summary>
    private const int MostOutput = 64 << 20;

    public static void Hold(ReadOnlySpan<byte> bytes)
    {
        var target = new FakeTarget { UsesFiles = true };
        var session = new Session(target);
        var written = 0L;
        while (session.State != SessionState.Ended && (!bytes.IsEmpty || session.State == SessionState.ResumeWanted))
        {
            if (session.State == SessionState.ResumeWanted)
            {
                session.Run(() => true);
            }
            else
            {
                bytes = bytes[session.Feed(bytes)..];
            }

            written += session.Output.Length;
            session.ClearOutput();
            if (written > MostOutput)
            {
                throw new InvalidOperationException($"{written} bytes of replies");
            }
        }

        session.Close();
        if (target.Breakpoints.Count > 0)
        {
            throw new InvalidOperationException("breakpoints are left behind");
        }
    }
}
