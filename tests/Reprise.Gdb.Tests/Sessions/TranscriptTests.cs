using Reprise.Gdb.Targets;
using Reprise.Gdb.Tests.Fakes;

namespace Reprise.Gdb.Tests.Sessions;

/// <summary>
/// Plays the files in Transcripts: <c>-></c> is a packet sent, each <c>&lt;-</c> behind it a reply, in order and all of
/// them; a lone <c>&lt;-</c> is the empty reply, '~' a line end. '#' begins a comment; <c>target: plain</c> takes the
/// least target, <c>target: files</c> one whose guest uses the debugger's.
/// </summary>
internal sealed class TranscriptTests
{
    private static string Folder => Path.Combine(TestContext.CurrentContext.TestDirectory, "Transcripts");

    private static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Transcripts"), "*.txt")
            .Select(Path.GetFileNameWithoutExtension)
            .OfType<string>()
            .Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Names))]
    public void Session_Transcript_Replies(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, name + ".txt"));
        IDebugTarget target = lines.Contains("target: plain") ? new PlainTarget()
            : new FakeTarget { UsesFiles = lines.Contains("target: files") };
        var peer = new Peer(target);
        var line = 0;
        while (line < lines.Length)
        {
            var sent = line;
            if (!lines[line++].StartsWith("-> ", StringComparison.Ordinal))
            {
                continue;
            }

            var expected = new List<string>();
            while (line < lines.Length && lines[line].StartsWith("<-", StringComparison.Ordinal))
            {
                expected.Add(lines[line++][2..].TrimStart().Replace('~', '\n'));
            }

            Assert.That(peer.Ask(lines[sent][3..]), Is.EqualTo(expected), $"{name}.txt:{sent + 1}: {lines[sent]}");
        }
    }
}
