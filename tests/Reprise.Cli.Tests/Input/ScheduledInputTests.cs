using Reprise.Cli.Input;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Tests.Input;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ScheduledInputTests
{
    private readonly FakePort _uart = new("uart0");
    private readonly FakePort _buttons = new("buttons");

    [Test]
    public void TryRead_BeforeItsPosition_GivesNothing()
    {
        var input = Create("100 buttons 1 2");
        Assert.That(input.HasByte(_buttons, 99), Is.False);
        Assert.That(input.TryRead(_buttons, 99, out _), Is.False);
        Assert.That(input.HasByte(_buttons, 100), Is.True);
        Assert.That(input.TryRead(_buttons, 100, out var first) && first == 1, Is.True);
        Assert.That(input.TryRead(_buttons, 150, out var second) && second == 2, Is.True);
        Assert.That(input.TryRead(_buttons, 200, out _), Is.False);
    }

    [Test]
    public void NextPosition_SeveralPorts_IsTheNearestBehind()
    {
        var input = Create("100 buttons 1\n100 uart0 1\n300 buttons 1");
        Assert.That(input.NextPosition(0), Is.EqualTo(100));
        Assert.That(input.NextPosition(100), Is.EqualTo(ulong.MaxValue), "what is due already is not next");
        input.TryRead(_buttons, 100, out _);
        Assert.That(input.NextPosition(100), Is.EqualTo(300));
    }

    [Test]
    public void TryRead_PlannedAndLive_PlannedGoesFirst()
    {
        var input = Create("5 uart0 1", live: 9);
        Assert.That(input.TryRead(_uart, 4, out var before) && before == 9, Is.True);
        Assert.That(input.TryRead(_uart, 5, out var planned) && planned == 1, Is.True);
        Assert.That(input.TryRead(_uart, 5, out var after) && after == 9, Is.True);
    }

    [Test]
    public void CanDeliver_OnlyForAPortThatIsOff_IsFalse()
    {
        var input = Create("5 uart0 1");
        Assert.That(input.CanDeliver, Is.True);
        _uart.CanReceive = false;
        Assert.That(input.CanDeliver, Is.False);
    }

    [Test]
    public void DescribeRest_SomeTaken_NamesTheFirstThatWasNot()
    {
        var input = Create("5 uart0 1\n\n1000 uart0 2 3");
        input.TryRead(_uart, 5, out _);
        Assert.That(input.DescribeRest(), Does.Contain("1 of 2 lines").And.Contains("line 3 (uart0 at 1,000)"));
        input.TryRead(_uart, 1000, out _);
        Assert.That(input.DescribeRest(), Is.Not.Null, "a line is taken when all of it is");
        input.TryRead(_uart, 1000, out _);
        Assert.That(input.DescribeRest(), Is.Null);
    }

    [Test]
    public void Constructor_PortThatTheBoardLacks_NamesFileLineAndPorts() =>
        Assert.That(
            Assert.Throws<CliException>(() => Create("1 uart0 1\n2 uart7 1"))!.Message,
            Is.EqualTo("x:2: expected an input port of the board (uart0, buttons), not 'uart7'."));

    private ScheduledInput Create(string text, byte? live = null) => new(
        InputScript.Parse("x", text), [_uart, _buttons], new LiveBytes(live is null ? null : "uart0", live ?? 0));
}
