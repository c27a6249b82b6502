using Iced.Intel;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.TimeTravel.Hosting;
using Reprise.TimeTravel.Travel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>What costs the host more than plain instructions do is recorded in shorter intervals, and looked at more often.</summary>
public sealed class EffortTests
{
    private const ulong Length = 3_000_000;
    private const ulong Long = 100 * Length;

    [Test]
    public void Record_GuestThatPollsDevices_ClosesIntervalsEarly()
    {
        using var polling = new TravelFixture("polling", RecorderOptions.DefaultIntervalLength);
        polling.Record(Length);
        Assert.That(polling.Timeline.History.Intervals, Has.Count.GreaterThan(3));

        using var whole = new TravelFixture("polling", Long);
        whole.Record(Length);
        Assert.That(whole.Timeline.History.Intervals, Is.Empty, "the limit grows with the interval that was asked for");
        Assert.That(whole.Timeline.StateHash(), Is.EqualTo(polling.Timeline.StateHash()));
        whole.Recorder.CloseInterval();
        foreach (var interval in polling.Timeline.History.Intervals)
        {
            whole.Timeline.Seek(interval.Last);
            Assert.That(whole.Timeline.StateHash(), Is.EqualTo((interval.HashLow, interval.HashHigh)), $"at {interval.Last}");
        }
    }

    [Test]
    public void Record_GuestThatComputes_KeepsTheLengthThatWasAskedFor()
    {
        using var plain = new TravelFixture("compute", 500_000);
        plain.Record(Length);
        Assert.That(plain.Timeline.History.Intervals, Has.Count.EqualTo((int)(Length / 500_000)));
    }

    [Test]
    public void Run_WithAnEffortLimit_EndsThereAndGoesOnAsIfItHadNot()
    {
        using var straight = new TravelFixture("polling", Long);
        straight.Record(Length);
        using var chopped = new TravelFixture("polling", Long);
        var engine = chopped.Timeline.Machine.Engine;
        var machine = chopped.Timeline.Machine;
        var stops = 0;
        while (machine.Position < Length)
        {
            engine.EffortLimit = engine.Effort + 50_000;
            var before = engine.Effort;
            var reason = machine.Run(Length, HitMode.Ignore);
            Assert.That(reason.Kind, Is.EqualTo(machine.Position < Length ? StopKind.InputPossible : StopKind.LimitReached));
            Assert.That(engine.Effort - before, Is.LessThan(100_000));
            stops++;
        }

        Assert.That(stops, Is.GreaterThan(100));
        Assert.That(chopped.Timeline.StateHash(), Is.EqualTo(straight.Timeline.StateHash()));
    }

    /// <summary>Slices of plain instructions would come to the end before it asks so often.</summary>
    [Test]
    public void Record_InterruptedInAGuestThatPollsDevices_EndsSoon()
    {
        using var polling = new TravelFixture("polling", Long);
        var asked = 0;
        var reason = polling.Recorder.Record(Length, HitMode.Stop, () => ++asked == 3);
        Assert.That(reason, Is.Null);
        Assert.That(polling.Timeline.Machine.Engine.Effort, Is.LessThan(4 * 10_000_000ul));
        Assert.That(polling.Timeline.Position, Is.LessThan(Length));
    }

    /// <summary>Positions that are run before a guest that faults at every second instruction has been interrupted.</summary>
    [Test]
    public void Run_OfAGuestThatFaults_AsksSoonWhetherToStop()
    {
        const ulong soon = 8_000;
        using var timeline = FaultingGuest();
        var recorder = new Recorder(
            timeline, new RecorderOptions(ulong.MaxValue / 2), new ScriptedInput(""), sink: null);
        var traveler = new Traveler(timeline, recorder);
        Assert.That(recorder.Record(ulong.MaxValue, HitMode.Stop, () => true), Is.Null);
        Assert.That(timeline.Position, Is.InRange(100, soon));

        recorder.Record(6 * soon, HitMode.Stop, () => false);
        Assert.That(traveler.Go(5 * soon, () => true), Is.False);
        Assert.That(timeline.Position, Is.InRange(100, soon));
        timeline.Seek(0);
        Assert.That(traveler.Continue(() => true).Kind, Is.EqualTo(TravelStopKind.Interrupted));
        Assert.That(timeline.Position, Is.InRange(100, soon));
        timeline.Seek(4 * soon);

        var asked = 0;
        traveler.AddBreakpoint(0xf_9000, () => false);
        Assert.That(traveler.ReverseContinue(() => ++asked == 5).Kind, Is.EqualTo(TravelStopKind.Interrupted));
    }

    /// <summary>A PC whose ROM raises #UD again and again: the handler returns to where it came from.</summary>
    private static Timeline FaultingGuest()
    {
        const int Begin = 0x8000;
        const int Handler = 0x9000;
        const int Vector = 6 * 4;
        var code = new Assembler(16);
        code.xor(ax, ax);
        code.mov(ds, ax);
        code.mov(ss, ax);
        code.mov(sp, 0x7000);
        code.mov(__word_ptr[Vector], Handler);
        code.mov(__word_ptr[Vector + 2], cs);
        code.ud2();
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), Begin);
        var rom = new byte[0x1_0000];
        stream.ToArray().CopyTo(rom, Begin);
        rom[Handler] = 0xcf; // iret
        rom[0xfff0] = 0xe9; // jmp Begin
        BitConverter.TryWriteBytes(rom.AsSpan(0xfff1), (short)(Begin - 0xfff3));

        var gate = new GatedOutput(new TextOutput());
        var machine = MachineBuilder.Build(
            BoardCatalog.Find("pc")!,
            new BoardOptions(TravelFixture.NanosecondsPerInstruction),
            FirmwareLoader.Parse(rom, "rom", 0xffff_0000),
            "rom",
            gate);
        return new Timeline(machine, new History(), gate, 1 << 28);
    }
}
