using System.Buffers.Binary;
using System.Globalization;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>
/// Law 2, on firmware made to break it: however a run is chopped, every position has one state. REPRISE_CHOPPINGS asks
/// for more choppings than the 1,000 of an ordinary test run; REPRISE_SEED repeats one that failed.
/// </summary>
public sealed class ChoppedRunTests
{
    private const ulong End = 3_000_000;
    private const int ReferenceSeed = 385;

    /// <summary>LR in a handler that interrupted another one (B1.5.8).</summary>
    private const uint ReturnToHandler = 0xffff_fff1;

    [Test]
    public void Run_AnyChopping_EqualsStraightRun()
    {
        var reference = new ReferenceRun(SampleFirmware.Load("torture"), End, ReferenceSeed);
        Assert.That(reference.HashAt(End), Is.EqualTo(reference.EndHash), "checkpoints change the run");
        var seed = Setting("REPRISE_SEED", 0);
        var count = seed != 0 ? 1 : Setting("REPRISE_CHOPPINGS", 1_000);
        using var first = new TortureRun(reference.Image, reference.Pages);
        using var second = new TortureRun(reference.Image, reference.Pages);
        for (var i = 0; i < count; i++)
        {
            new Chopping(reference, [first, second], seed != 0 ? seed : i + 1).Run();
        }
    }

    /// <summary>Translated code that was changed, and TLB pages that were forgotten singly, are a matter of speed.</summary>
    [Test]
    public void Run_Untuned_EqualsTuned()
    {
        const ulong step = 100_003;
        var image = SampleFirmware.Load("torture");
        using var tuned = new TortureRun(image, []);
        using var untuned = new TortureRun(image, []);
        untuned.Machine.Engine.TunesTranslations = false;
        for (var position = step; position < End / 3; position += step)
        {
            tuned.RunTo(position, HitMode.Ignore);
            untuned.RunTo(position, HitMode.Ignore);
            Assert.That(untuned.Hash(), Is.EqualTo(tuned.Hash()), $"position {position}");
        }

        Assert.That(untuned.Machine.Engine.TunedBlocks, Is.Zero);
    }

    /// <summary>What the choppings prove is worth what the firmware does while they go on.</summary>
    [Test]
    public void Torture_UntilTheEnd_DoesEverythingThatIsHard()
    {
        var image = SampleFirmware.Load("torture");
        string[] handlers =
        [
            "systick_handler", "timer0_handler", "timer1_handler", "dual_timer_handler", "pend_sv_handler",
            "svc_handler",
            "spare_a_handler", "spare_b_handler", "uart0_rx_handler", "uart0_tx_handler", "usage_fault_handler",
            "bus_fault_handler", "hard_fault_handler", "conditional_blocks", "block_with_pended_interrupt",
        ];
        var names = handlers.ToDictionary(
            name => (ulong)image.Symbols.First(symbol => symbol.Name == name).Address & ~1ul);
        var hits = handlers.ToDictionary(name => name, _ => 0);
        var nested = new HashSet<string>();
        using var run = new TortureRun(image, []);
        foreach (var address in names.Keys)
        {
            run.Machine.Engine.AddBreakpoint(address);
        }

        var registers = run.Machine.Processor.Registers.Select((info, index) => (info, index));
        var linkRegister = registers.Single(entry => entry.info.Name == "lr").index;
        Span<byte> link = stackalloc byte[sizeof(uint)];
        while (run.Position < End)
        {
            if (run.RunTo(End, HitMode.Stop).Kind == StopKind.Breakpoint
                && names.TryGetValue(run.ProgramCounter, out var name))
            {
                hits[name]++;
                run.Machine.Processor.ReadRegister(linkRegister, link);
                if (BinaryPrimitives.ReadUInt32LittleEndian(link) == ReturnToHandler)
                {
                    nested.Add(name);
                }
            }
        }

        Assert.That(hits.Where(hit => hit.Value < 20), Is.Empty);
        Assert.That(nested, Is.SupersetOf(
            ["systick_handler", "timer0_handler", "timer1_handler", "dual_timer_handler", "spare_a_handler",
            "uart0_rx_handler"]));
        Assert.That(run.Machine.Time, Is.GreaterThan(End * SampleFirmware.NanosecondsPerInstruction), "it slept");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value)
            ? value
            : otherwise;
}
