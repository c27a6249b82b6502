using System.Globalization;
using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>
/// Backwards through the entry and the return of interrupts. What the architecture says about the frame on the stack
/// (ARMv7-M B1.5.6) is the witness: the state before the entry must be what the entry pushed.
/// </summary>
internal sealed class InterruptTests
{
    private const string Frame = "printf \"@frame %x %x %x %x %x %x %x %x\\n\", "
        + "((unsigned *)$f)[0], ((unsigned *)$f)[1], ((unsigned *)$f)[2], ((unsigned *)$f)[3], "
        + "((unsigned *)$f)[4], ((unsigned *)$f)[5], ((unsigned *)$f)[6], ((unsigned *)$f)[7] & ~0x200";

    private const string State = "printf \"@state %x %x %x %x %x %x %x %x\\n\", "
        + "$r0, $r1, $r2, $r3, $r12, $lr, $pc, $xpsr";

    // In ticks from threads on the process stack; in torture also from handlers, nested, on the main stack.
    [TestCase("ticks", "systick_handler", 30)]
    [TestCase("torture", "timer0_handler", 40)]
    [TestCase("torture", "spare_a_handler", 40)]
    public void Entry_SteppedBack_IsTheStateThatWasPushed(string sample, string handler, int count)
    {
        using var server = DebugServer.Replay(
            sample, sample == "ticks" ? RecordedSamples.Ticks : RecordedSamples.Torture);
        var seen = server.DebugScript($"""
            break *{handler}
            set $i = 0
            while $i < {count}
              continue
              set $f = ($lr & 4) ? $psp : $msp
              {Frame}
              printf "@handler %x %x\n", $xpsr & 0x1ff, $pc == {handler}
              reverse-stepi
              {State}
              stepi
              printf "@again %x\n", $pc == {handler}
              set $i = $i + 1
            end
            """);
        var frames = seen.Said("frame").Select(Words).ToList();
        var states = seen.Said("state").Select(Words).ToList();
        Assert.That(frames, Has.Count.EqualTo(count), seen.Text);
        Assert.That(seen.Said("again"), Is.All.EqualTo("1"));
        Assert.That(seen.Said("handler").Distinct().Single(), Does.EndWith(" 1"));

        // One instruction ran before the entry. Where it came straight from there, without a handler's return between,
        // the frame differs from the state by what that instruction did.
        var quiet = 0;
        for (var i = 0; i < count; i++)
        {
            var (frame, state) = (frames[i], states[i]);
            if ((frame[7] & 0x1ff) != (state[7] & 0x1ff) || frame[6] - state[6] is not (2 or 4))
            {
                continue;
            }

            var changed = Enumerable.Range(0, 6).Count(j => frame[j] != state[j]);
            Assert.That(changed, Is.LessThanOrEqualTo(4),
                $"{i}: {string.Join(' ', frame)} from {string.Join(' ', state)}");
            quiet += changed == 0 ? 1 : 0;
        }

        Assert.That(quiet, Is.GreaterThan(0), "some of them interrupted an instruction that changes none of these");
    }

    [TestCase("systick_handler")]
    [TestCase("timer1_handler")]
    public void Return_SteppedForthAndBack_RestoresWhatTheEntryPushed(string handler)
    {
        using var server = DebugServer.Replay("torture", RecordedSamples.Torture);
        var seen = server.DebugScript($"""
            break *{handler}
            continue
            continue
            continue
            delete
            set $f = ($lr & 4) ? $psp : $msp
            set $exception = $xpsr & 0x1ff
            set $stack = $sp
            {Frame}
            {When}
            set $i = 0
            while $i < 20000 && ($sp <= $stack)
              stepi
              set $i = $i + 1
            end
            {State}
            {When}
            reverse-stepi
            printf "@inside %x\n", ($xpsr & 0x1ff) != 0 && $sp <= $stack
            stepi
            {State}
            {When}
            """);
        var frame = seen.Said("frame").Single();
        var states = seen.Said("state");
        Assert.That(states, Has.Count.EqualTo(2), seen.Text);
        Assert.That(seen.Said("inside").Single(), Is.EqualTo("1"), seen.Text);
        Assert.That(states[1], Is.EqualTo(states[0]));
        Assert.That(seen.Positions[2], Is.EqualTo(seen.Positions[1]));
        Assert.That(states[0], Is.EqualTo(frame), "what was interrupted goes on as it was");
    }

    [Test]
    public void ReverseContinue_OverManyInterrupts_CountsThemAsForward()
    {
        const int count = 25;
        using var server = DebugServer.Replay("torture", RecordedSamples.Torture);
        var seen = server.DebugScript($"""
            break *spare_b_handler
            break *uart0_tx_handler
            break *hard_fault_handler
            set $i = 0
            while $i < {count}
              continue
              {When}
              set $i = $i + 1
            end
            while $i > 1
              reverse-continue
              {When}
              set $i = $i - 1
            end
            """);
        Assert.That(seen.Positions.Take(count), Is.Ordered.Ascending.And.Unique, seen.Text);
        Assert.That(seen.Positions.Skip(count), Is.EqualTo(seen.Positions.Take(count - 1).Reverse()), seen.Text);
    }

    private static uint[] Words(string text) =>
        [.. text.Split(' ').Select(word => uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
