using System.Runtime.InteropServices;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>
/// Unaligned LDM, STM, LDRD and their kin fault wherever a run stops, in translations that are patched for it; which faults
/// there are is compared with QEMU elsewhere.
/// </summary>
public sealed class AlignmentTests
{
    /// <summary>The faults of the firmware lie before.</summary>
    private const ulong End = 130_000;

    [TestCase("mps2-an385", "instructions")]
    [TestCase("mps2-an386", "instructions-m4f")]
    [TestCase("mps2-an500", "instructions-m7")]
    public void Run_UnalignedMultiples_EqualsSteppedAndHooked(string board, string name)
    {
        using var straight = Build(board, name);
        using var stepped = Build(board, name);
        using var hooked = Build(board, name);
        hooked.Processor.Traps!.FindsMisalignment = true;
        for (ulong end = 997; end < End; end += 997)
        {
            straight.Run(end);
            hooked.Run(end);
            while (stepped.Position < end)
            {
                stepped.Run(stepped.Position + 1, stepped.Position % 3 == 0 ? HitMode.Note : HitMode.Stop);
            }

            Assert.That(StateOf(straight), Is.EqualTo(StateOf(stepped)), $"position {end}");
            Assert.That(StateOf(straight), Is.EqualTo(StateOf(hooked)), $"position {end}");
        }

        if (OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            Assert.That(straight.Processor.Traps!.FindsMisalignment, Is.False, "speed is lost without a word");
        }
    }

    private static string StateOf(Machine machine)
    {
        var writer = new StateWriter();
        machine.Save(writer);
        return Convert.ToHexString(writer.Written);
    }

    private static Machine Build(string board, string name)
    {
        var elf = Path.Combine(SampleFirmware.Folder, "instructions", name + ".elf");
        return MachineBuilder.Build(
            BoardCatalog.Find(board)!,
            new BoardOptions(SampleFirmware.NanosecondsPerInstruction),
            FirmwareLoader.Load(elf, null),
            elf,
            new TextOutput());
    }
}
