using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Tests.Execution;

[TestFixture]
public sealed class HintTests
{
    // nop; hint; nop; b to the hint
    [TestCase(0x10, TestName = "RunTo_Yield_CountsOnceAndGoesOn")]
    [TestCase(0x40, TestName = "RunTo_SendEvent_CountsOnceAndGoesOn")]
    public void RunTo_Hint_CountsOnceAndGoesOn(int hint)
    {
        using var fixture = new EngineFixture([0x00, 0xbf, (byte)hint, 0xbf, 0x00, 0xbf, 0xfc, 0xe7]);
        for (var position = 0ul; position < 12; position++)
        {
            var offset = position == 0 ? 0 : 2 + (2 * ((position - 1) % 3));
            Assert.That(fixture.Pc, Is.EqualTo(EngineFixture.CodeAddress + offset), $"position {position}");
            Assert.That(fixture.Engine.RunTo(position + 1).Kind, Is.EqualTo(ExitKind.LimitReached));
        }

        using var straight = new EngineFixture([0x00, 0xbf, (byte)hint, 0xbf, 0x00, 0xbf, 0xfc, 0xe7]);
        Assert.That(straight.Engine.RunTo(12).Kind, Is.EqualTo(ExitKind.LimitReached));
        Assert.That(straight.State(), Is.EqualTo(fixture.State()));
    }

    // The same with WFE: each time the engine comes back behind it.
    [Test]
    public void RunTo_WaitForEvent_CountsAndSaysSo()
    {
        using var fixture = new EngineFixture([0x00, 0xbf, 0x20, 0xbf, 0x00, 0xbf, 0xfc, 0xe7]);
        foreach (var position in (ulong[])[2, 5, 8])
        {
            Assert.That(fixture.Engine.RunTo(100).Kind, Is.EqualTo(ExitKind.WaitsForEvent));
            Assert.That(fixture.Engine.Position, Is.EqualTo(position));
            Assert.That(fixture.Pc, Is.EqualTo(EngineFixture.CodeAddress + 4));
        }
    }

    [Test]
    public void RunTo_SendEvent_IsToldOnceEach()
    {
        using var fixture = new EngineFixture([0x00, 0xbf, 0x40, 0xbf, 0x00, 0xbf, 0xfc, 0xe7]);
        var events = 0;
        fixture.Engine.EventSent = () => events++;
        fixture.Engine.RunTo(1);
        Assert.That(events, Is.Zero);
        fixture.Engine.RunTo(2);
        Assert.That(events, Is.EqualTo(1));
        fixture.Engine.RunTo(302);
        Assert.That(events, Is.EqualTo(101));
    }
}
