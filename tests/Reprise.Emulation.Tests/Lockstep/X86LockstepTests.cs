using Reprise.Emulation.Machines;
using Reprise.Emulation.Tests.Cpus.X86;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Lockstep;

/// <summary>Every instruction's registers, here and on QEMU; docs/qemu-differences.md says what may differ.</summary>
public sealed class X86LockstepTests
{
    private const int MostDifferences = 12;

    // QEMU does not set it in the image that a fault pushes.
    private const uint ResumeFlag = 1 << 16;

    private static readonly string[] _compared =
    [
        "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip", "eflags", "cs", "ss", "ds", "es", "fs", "gs",
        "cr0", "cr2", "cr3", "cr4",
    ];

    [TestCase("torture", "torture-still", 60_000)]
    [TestCase("compute", "compute", 40_000)]
    public void Step_EveryInstruction_EqualsQemu(string sample, string name, int count)
    {
        using var ours = new X86Sample(sample, name);
        using var qemu = new X86Trace(ours.Path);
        var machine = ours.Machine;
        var theirs = qemu.Next();
        while (theirs is not null && theirs["eip"] != machine.Processor.ProgramCounter)
        {
            theirs = qemu.Next();
        }

        Assert.That(theirs, Is.Not.Null, "QEMU does not start the kernel");
        foreach (var register in _compared[..10])
        {
            // What a loader leaves in them is its own affair.
            Write(machine, register, theirs![register]);
        }

        List<string> differences = [];
        var before = 0u;
        for (var i = 0; i < count && differences.Count < MostDifferences; i++)
        {
            if (theirs is null)
            {
                break;
            }

            foreach (var register in _compared)
            {
                var value = Read(machine, register) & (register == "eflags" ? ~ResumeFlag : uint.MaxValue);
                if (value != theirs[register])
                {
                    differences.Add(
                        $"{i}: behind {before:x}, at {theirs["eip"]:x}, {register} is {value:x}, not {theirs[register]:x}");
                    Write(machine, register, theirs[register]);
                }
            }

            if (Read(machine, "eip") != theirs["eip"])
            {
                break;
            }

            before = theirs["eip"];
            machine.Run(machine.Position + 1);
            if (!CanBeFetched(machine))
            {
                // What can't be fetched counts as an instruction, and QEMU logs none.
                machine.Run(machine.Position + 1);
            }

            var next = qemu.Next();
            if (next is not null && next.SequenceEqual(theirs) && Read(machine, "eip") != next["eip"])
            {
                // It looked for interrupts, and logs the instruction again that it now runs.
                next = qemu.Next();
            }

            theirs = next;
        }

        Assert.That(differences, Is.Empty, string.Join('\n', differences));
    }

    private static bool CanBeFetched(Machine machine) => machine.Processor.Translation!.TryAccess(
        machine.Processor.ProgramCounter, MemoryAccess.Fetch, out _, out _);

    private static uint Read(Machine machine, string register)
    {
        Span<byte> value = stackalloc byte[sizeof(uint)];
        machine.Processor.ReadRegister(Index(machine, register), value);
        return BitConverter.ToUInt32(value);
    }

    private static void Write(Machine machine, string register, uint value) =>
        machine.WriteRegister(Index(machine, register), BitConverter.GetBytes(value));

    private static int Index(Machine machine, string register)
    {
        for (var i = 0; i < machine.Processor.Registers.Count; i++)
        {
            if (machine.Processor.Registers[i].Name == register)
            {
                return i;
            }
        }

        throw new ArgumentException(register);
    }
}
