using System.IO.Hashing;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>Where a run ends because it has cost enough, it shows the state of that position (law 1).</summary>
public sealed class EffortLimitTests
{
    [TestCase("mps2-an385", "torture/torture", 60_000ul)]
    [TestCase("mps2-an386", "instructions/instructions-m4f", 130_000ul)]
    [TestCase("mps2-an385", "guards/guards", 60_000ul)]
    [TestCase("pc", "x86/torture/torture", 400_000ul)]
    [TestCase("pc", "x86/ports/ports", 100_000ul)]
    [TestCase("pc", "x86/rings/rings", 100_000ul)]
    [TestCase("pc", "bios", 150_000ul)]
    public void Run_ToAnyEffort_EndsInTheStateOfThatPosition(string board, string name, ulong end)
    {
        using var limited = Build(board, name);
        using var straight = Build(board, name);
        var random = new Random(1);
        var stops = 0;
        while (limited.Position < end && stops < 4_000)
        {
            limited.Engine.EffortLimit = limited.Engine.Effort + (ulong)random.Next(1, random.Next(2, 20_000));
            var before = limited.Position;
            var reason = limited.Run(end, HitMode.Ignore);
            if (limited.Position == before && reason.Kind != StopKind.InputPossible)
            {
                break;
            }

            straight.Run(limited.Position, HitMode.Ignore);
            Assert.That(StateOf(limited), Is.EqualTo(StateOf(straight)), $"position {limited.Position}, {reason.Kind}");
            stops++;
        }

        Assert.That(stops, Is.GreaterThan(50));
    }

    private static (ulong, ulong, ulong) StateOf(Machine machine)
    {
        var writer = new StateWriter();
        machine.Save(writer);
        var memory = 0ul;
        foreach (var region in machine.Memory.Regions.Where(region => region.Size <= 4 << 20))
        {
            memory += XxHash3.HashToUInt64(region.Bytes, (long)region.Address);
        }

        return (machine.Position, XxHash3.HashToUInt64(writer.Written), memory);
    }

    private static Machine Build(string board, string name)
    {
        const string bios = "/usr/share/seabios/bios-256k.bin";
        var firmware = name == "bios"
            ? FirmwareLoader.Load(bios, 0x1_0000_0000 - (ulong)new FileInfo(bios).Length)
            : FirmwareLoader.Load(Path.Combine(SampleFirmware.Folder, name + ".elf"), null);
        return MachineBuilder.Build(
            BoardCatalog.Find(board)!, new BoardOptions(SampleFirmware.NanosecondsPerInstruction), firmware, name, new OutputHash());
    }
}
