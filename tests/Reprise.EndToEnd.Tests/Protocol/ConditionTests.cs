using System.Text.RegularExpressions;

namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>Conditions are decided by the server, both ways; gdb's own counts work on top.</summary>
internal sealed class ConditionTests(bool live) : ProtocolFixture(live)
{
    [Test]
    public void Condition_ForwardAndBack_StopsOnlyWhereItHolds()
    {
        using var served = Serve();
        var output = served.Debug(
            "set debug remote 1", "break queue_put if put_count == 200", "break queue_put if put_count == 100", "continue",
            "p/d put_count", "continue", "p/d put_count", "set debug remote 0", "reverse-continue", "p/d put_count",
            "reverse-continue", "p/x $pc");
        Assert.That(Values(output), Is.EqualTo(["100", "200", "100", "0x18c"]));
        Assert.That(output, Does.Contain(";X"), "gdb sends the conditions");
        Assert.That(Regex.Count(output, "Packet received: T05"), Is.LessThan(8), "no stop a hit");
    }

    [Test]
    public void Condition_IgnoreCount_CountsInBothDirections()
    {
        using var served = Serve();
        var output = served.Debug(
            "break queue_put if put_count % 2 == 1", "ignore 1 9", "continue", "p/d put_count", "ignore 1 4",
            "reverse-continue", "p/d put_count");
        Assert.That(Values(output), Is.EqualTo(["19", "9"]));
    }

    [Test]
    public void Condition_Changed_IsTheNewOne()
    {
        using var served = Serve();
        var output = served.Debug(
            "break queue_put if put_count == 5", "continue", "p/d put_count", "condition 1 put_count == 9", "continue",
            "p/d put_count", "condition 1", "continue", "p/d put_count", "condition 1 message == 0",
            "reverse-continue", "p/x $pc");
        Assert.That(Values(output), Is.EqualTo(["5", "9", "10", "0x18c"]));
    }

    private static IReadOnlyList<string> Values(string output) =>
        [.. Regex.Matches(output, @"^\$\d+ = (.*)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];
}
