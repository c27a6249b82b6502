using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>A watchpoint on one call's variable, which deeper calls of the same function have too.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class StackWatchTests(bool live)
{
    private static readonly string[] _start =
        ["break sum_tree if height == 3", "continue", "delete", "next", "watch sum"];

    [Test]
    public void Watch_ForthAndBack_SeesTheChangesOfOneCall()
    {
        var stops = Run("continue", "continue", "continue", "reverse-continue", "reverse-continue", "reverse-continue");
        (int Old, int New)[] changes = [(0, 3), (3, 7), (7, 11), (11, 7), (7, 3), (3, 0)];
        for (var i = 0; i < changes.Length; i++)
        {
            Assert.That(stops[i].Said, Does.Contain($"Old value = {changes[i].Old}\n")
                .And.Contain($"New value = {changes[i].New}\n"), $"{stops[i]}");
        }

        // Forward gdb stands behind the store, backward on it.
        Assert.That(
            stops.Skip(3).Reverse().Select(stop => stop.Position + 1),
            Is.EqualTo(stops.Take(3).Select(stop => stop.Position)));
    }

    [Test]
    public void Steps_BackOverTheStores_TellThem()
    {
        var stops = Run("continue", "continue", "reverse-next", "reverse-stepi", "next", "next");
        Assert.That(stops[2].Said, Does.Contain("Old value = 7\nNew value = 3\n"), $"{stops[2]}");
        Assert.That(stops[2].Position, Is.EqualTo(stops[1].Position - 1));
        Assert.That(stops[3].Position, Is.EqualTo(stops[1].Position - 2));
        Assert.That(stops[4].Said, Does.Contain("Old value = 3\nNew value = 7\n"), $"{stops[4]}");
        Assert.That(stops[4].Position, Is.EqualTo(stops[1].Position));
    }

    [Test]
    public void ReverseFinish_OverAStore_TellsIt()
    {
        var stops = Run("continue", "continue", "stepi", "reverse-finish", "reverse-continue", "reverse-stepi");
        Assert.That(stops[3].Said, Does.Contain("Old value = 7\nNew value = 3\n"), $"{stops[3]}");
        Assert.That(stops[4].Said, Does.Contain("Old value = 3\nNew value = 0\n"), $"{stops[4]}");
        Assert.That(stops[4].Position, Is.EqualTo(stops[0].Position - 1));
        Assert.That(stops[5].Position, Is.EqualTo(stops[0].Position - 2));
    }

    [Test]
    public void Watch_BehindTheReturn_IsGoneAndBackAgainTheCallIsFound()
    {
        var stops = Run(
            "continue", "continue", "continue", "continue", "info watchpoints", "break add", "reverse-continue", "up",
            "watch sum", "continue", "reverse-continue");
        Assert.That(stops[3].Said, Does.Contain("left the block in"), $"{stops[3]}");
        Assert.That(stops[4].Said, Does.Contain("No watchpoints"), $"{stops[4]}");
        Assert.That(stops[6].Position, Is.LessThan(stops[2].Position), $"{stops[6]}");
        Assert.That(stops[9].Said, Does.Contain("Old value = 7\nNew value = 11\n"), $"{stops[9]}");
        Assert.That(stops[9].Position, Is.EqualTo(stops[2].Position));
        Assert.That(stops[10].Said, Does.Contain("Old value = 11\nNew value = 7\n"), $"{stops[10]}");
    }

    private List<WalkStop> Run(params IEnumerable<string> commands)
    {
        using var server =
            live ? DebugServer.Live("recursion") : DebugServer.Replay("recursion", RecordedSamples.Recursion);
        return [.. Walk.On(server, _start.Concat(commands)).Skip(_start.Length)];
    }
}
