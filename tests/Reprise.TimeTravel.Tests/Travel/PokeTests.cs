using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>A debugger's writes at the end of history are input: what follows must not depend on the chopping.</summary>
public sealed class PokeTests
{
    private const ulong Behind = 3_000;

    [Test]
    public void Poke_AnyRegister_RunsOnTheSameHoweverChopped([Range(1, 12)] int seed)
    {
        var random = new Random(seed);
        var start = (ulong)random.Next(20_000, 300_000);
        using var straight = new TravelFixture("torture", 100_000);
        using var chopped = new TravelFixture("torture", (ulong)random.Next(500, 5_000));
        straight.Record(start);
        chopped.Record(start);
        for (var i = 0; i < 4; i++)
        {
            var register = random.Next(straight.Timeline.Machine.Processor.Registers.Count);
            byte[] poke = [(byte)register, .. RandomValue(straight, register, random)];
            straight.Recorder.Poke(InputKind.Register, poke);
            chopped.Recorder.Poke(InputKind.Register, poke);
            RunBoth(straight, chopped, random);
        }
    }

    [TestCase("primask")]
    [TestCase("basepri")]
    [TestCase("faultmask")]
    public void Poke_MaskWhileInterruptsWait_EntersThemAtThatPosition(string mask)
    {
        using var fixture = new TravelFixture("torture", 100_000);
        var processor = fixture.Timeline.Machine.Processor;
        var index = processor.Registers.Select((info, i) => (info, i)).Single(pair => pair.info.Name == mask).i;
        fixture.Record(50_000);
        while (InHandler(fixture))
        {
            fixture.Record(fixture.Timeline.End + 1);
        }

        fixture.Recorder.Poke(InputKind.Register, [(byte)index, (byte)(mask == "basepri" ? 0x20 : 1)]);
        for (var i = 0; i < 50_000 && !processor.HasPending; i++)
        {
            fixture.Record(fixture.Timeline.End + 1);
        }

        Assert.That(processor.HasPending, "interrupts wait by now");
        var before = processor.ProgramCounter;
        fixture.Recorder.Poke(InputKind.Register, [(byte)index, 0]);
        Assert.That(processor.Deliverable, Is.False, "what is due at a position has been entered (law 1)");
        Assert.That(processor.ProgramCounter, Is.Not.EqualTo(before));
    }

    [Test]
    public void Poke_Memory_RunsOnTheSameHoweverChopped([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        using var straight = new TravelFixture("torture", 100_000);
        using var chopped = new TravelFixture("torture", (ulong)random.Next(500, 5_000));
        var start = (ulong)random.Next(20_000, 300_000);
        straight.Record(start);
        chopped.Record(start);
        var objects = straight.Firmware.Symbols.Where(symbol => symbol is { IsFunction: false, Size: >= 4 }).ToList();
        for (var i = 0; i < 4; i++)
        {
            var address = objects[random.Next(objects.Count)].Address;
            byte[] poke = [.. BitConverter.GetBytes((ulong)address), (byte)random.Next(256), (byte)random.Next(256)];
            straight.Recorder.Poke(InputKind.Memory, poke);
            chopped.Recorder.Poke(InputKind.Memory, poke);
            RunBoth(straight, chopped, random);
        }
    }

    [Test]
    public void Poke_AnyDevice_RunsOnTheSameHoweverChopped(
        [Values("torture", "microbit/tick", "lm3s6965evb/tick", "pc:x86/torture")] string sample, [Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        using var straight = new TravelFixture(sample, 100_000);
        using var chopped = new TravelFixture(sample, (ulong)random.Next(500, 5_000));
        var start = (ulong)random.Next(20_000, 100_000);
        straight.Record(start);
        chopped.Record(start);
        var devices = straight.Timeline.Machine.Devices.Where(mapping => mapping.Size > 0).ToList();
        for (var i = 0; i < 6; i++)
        {
            var device = devices[random.Next(devices.Count)];
            var address = device.Address + (ulong)random.Next((int)Math.Min(device.Size, 4096));
            var bytes = new byte[random.Next(1, 10)];
            random.NextBytes(bytes);
            byte[] poke = [.. BitConverter.GetBytes(address), .. bytes];
            straight.Recorder.Poke(InputKind.Device, poke);
            chopped.Recorder.Poke(InputKind.Device, poke);
            RunBoth(straight, chopped, random);
        }

        Assert.That(chopped.Output.Text, Is.EqualTo(straight.Output.Text));
    }

    [Test]
    public void Poke_OfAUart_IsPrintedOnce()
    {
        const ulong data = 0x4000_4000;
        using var fixture = new TravelFixture("ticks", 10_000);
        var timeline = fixture.Timeline;
        fixture.Record(50_000);
        byte[] letter = [.. BitConverter.GetBytes(data), (byte)'~'];
        fixture.Recorder.Poke(InputKind.Device, letter);
        Assert.That(fixture.Output.Text.Count(c => c == '~'), Is.EqualTo(1));
        fixture.Record(60_000);
        timeline.Seek(20_000);
        timeline.Seek(60_000);
        timeline.Seek(50_000);
        timeline.Seek(50_001);
        Assert.That(fixture.Output.Text.Count(c => c == '~'), Is.EqualTo(1), "not again in the past");
        fixture.Recorder.CloseInterval();
        using var replay = TravelFixture.Replaying("ticks", timeline.History);
        replay.Timeline.Replay(timeline.History.ClosedEnd, HitMode.Ignore);
        Assert.That(replay.Output.Text, Is.EqualTo(fixture.Output.Text), "a replay prints it where it was");
        timeline.Seek(20_000);
        fixture.Recorder.Poke(InputKind.Device, letter);
        Assert.That(fixture.Output.Text.Count(c => c == '~'), Is.EqualTo(2), "on a branch it is new");
    }

    [Test]
    public void Poke_CodeThatRan_NewCodeRunsNowAndTheOldInThePast()
    {
        using var fixture = new TravelFixture("torture", 10_000);
        var timeline = fixture.Timeline;
        fixture.Record(100_000);
        var before = timeline.StateHash();
        var address = fixture.AddressOf("busy") & ~1ul;
        fixture.Traveler.AddBreakpoint(address);
        Assert.That(fixture.Traveler.Continue(() => false).Kind, Is.EqualTo(TravelStopKind.Breakpoint));
        fixture.Recorder.Poke(InputKind.Memory, [.. BitConverter.GetBytes(address), 0x2a, 0x20]); // movs r0, #42
        fixture.Traveler.Step(() => false);
        var value = new byte[4];
        timeline.Machine.Processor.ReadRegister(0, value);
        Assert.That(BitConverter.ToUInt32(value), Is.EqualTo(42));
        var after = (timeline.Position, timeline.StateHash());
        timeline.Seek(100_000);
        Assert.That(timeline.StateHash(), Is.EqualTo(before));
        timeline.Seek(after.Position);
        Assert.That(timeline.StateHash(), Is.EqualTo(after.Item2));
    }

    [Test]
    public void Poke_InThePast_ForksABranchAndChangesNothingThere()
    {
        using var fixture = new TravelFixture("torture", 10_000);
        var timeline = fixture.Timeline;
        fixture.Record(30_000);
        timeline.Seek(29_999);
        var (root, hash) = (timeline.History, timeline.StateHash());
        fixture.Recorder.Poke(InputKind.Register, [0, 1, 2, 3, 4]);
        Assert.That(timeline.History.Parent, Is.SameAs(root));
        Assert.That(timeline.History.ForkPosition, Is.EqualTo(29_999));
        Assert.That((timeline.Position, timeline.End), Is.EqualTo((29_999ul, 29_999ul)));
        Assert.That(timeline.StateHash(), Is.Not.EqualTo(hash));
        Assert.That(root.Events, Is.Empty);
        Assert.That(root.ClosedEnd, Is.EqualTo(30_000));
        fixture.Traveler.Go(root, 29_999, () => false);
        Assert.That(timeline.StateHash(), Is.EqualTo(hash));
    }

    /// <summary>On to the same position, one straight, one in pieces with seeks between; then back and through again.</summary>
    private static void RunBoth(TravelFixture straight, TravelFixture chopped, Random random)
    {
        var poked = straight.Timeline.End;
        Assert.That(chopped.Timeline.StateHash(), Is.EqualTo(straight.Timeline.StateHash()), $"poked at {poked}");
        var reason = straight.Record(poked + Behind)!.Value;
        var end = straight.Timeline.End;
        while (chopped.Timeline.End < end)
        {
            chopped.Record(Math.Min(end, chopped.Timeline.End + (ulong)random.Next(1, 60)));
            chopped.Timeline.Seek(poked - (ulong)random.Next(0, 20));
            chopped.Timeline.Seek(chopped.Timeline.End);
        }

        var expected = straight.Timeline.StateHash();
        Assert.That(chopped.Timeline.StateHash(), Is.EqualTo(expected), $"poked at {poked}, now at {end}");
        straight.Timeline.Seek(poked);
        straight.Timeline.Seek(end);
        Assert.That(straight.Timeline.StateHash(), Is.EqualTo(expected), $"poked at {poked}, replayed to {end}");
        Assert.That(reason.Kind, Is.AnyOf(StopKind.LimitReached, StopKind.Halted, StopKind.Sleeping));
    }

    private static bool InHandler(TravelFixture fixture)
    {
        var processor = fixture.Timeline.Machine.Processor;
        var index = processor.Registers.Select((info, i) => (info, i)).Single(pair => pair.info.Name == "xpsr").i;
        Span<byte> status = stackalloc byte[4];
        processor.ReadRegister(index, status);
        return (BitConverter.ToUInt32(status) & 0x1ff) != 0;
    }

    private static byte[] RandomValue(TravelFixture fixture, int register, Random random)
    {
        var bytes = new byte[(fixture.Timeline.Machine.Processor.Registers[register].Bits + 7) / 8];
        random.NextBytes(bytes);
        return bytes;
    }
}
