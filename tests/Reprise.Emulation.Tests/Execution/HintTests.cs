using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Tests.Execution;

[TestFixture]
public sealed class HintTests
{
    // nop; hint; nop; b to the hint
    [TestCase(0x20, TestName = "RunTo_WaitForEvent_CountsOnceAndGoesOn")]
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
}
