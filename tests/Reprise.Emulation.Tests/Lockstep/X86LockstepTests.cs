using Reprise.Emulation.Cpus.X86;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Tests.Cpus.X86;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Lockstep;

/// <summary>Every instruction's registers, here and on QEMU; docs/qemu-differences.md says what may differ.</summary>
public sealed class X86LockstepTests
{
    private const int MostDifferences = 12;

    private const ulong ResumeFlag = 1 << 16;
    private const ulong ConditionCodes = 0x8d5;

    private static readonly string[] _general32 = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip"];

    private static readonly string[] _general64 =
    [
        "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "rip", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
    ];

    private static readonly string[] _system =
    [
        "eflags", "cs", "ss", "ds", "es", "fs", "gs", "cr0", "cr2", "cr3", "cr4", "efer", "fctrl", "fstat", "tags", "mxcsr",
        "fpr0", "fpr1", "fpr2", "fpr3", "fpr4", "fpr5", "fpr6", "fpr7",
    ];

    [TestCase("i386", "torture", "torture-still", 60_000)]
    [TestCase("i386", "instructions", "instructions-still", 120_000)]
    [TestCase("i386", "compute", "compute", 40_000)]
    [TestCase("i386", "rewrites", "rewrites-still", 60_000)]
    [TestCase("x86_64", "torture", "torture-32", 100_000)]
    public void Step_EveryInstruction_EqualsQemu(string model, string sample, string name, int count)
    {
        var is64Bit = model == X86Model.X64.Name;
        using var ours = new X86Sample(sample, name, X86Model.All.Single(known => known.Name == model));
        using var qemu = new X86Trace(ours.Path, is64Bit);
        var machine = ours.Machine;
        var systemEntry = ours.SymbolAddress("system_entry");
        var general = is64Bit ? _general64 : _general32;
        string[] compared = [.. general, .. _system, .. Enumerable.Range(0, is64Bit ? 16 : 8).Select(i => $"xmm{i}")];
        var theirs = qemu.Next();
        var counter = general[8];
        while (theirs is not null && theirs[counter] != machine.Processor.ProgramCounter)
        {
            theirs = qemu.Next();
        }

        Assert.That(theirs, Is.Not.Null, "QEMU does not start the kernel");
        foreach (var register in general.Append("eflags").Where(theirs!.ContainsKey))
        {
            // What a loader leaves in them is its own affair.
            Write(machine, register, theirs[register]);
        }

        List<string> differences = [];
        UInt128 before = 0;
        var compares = 0;
        for (var i = 0; i < count && differences.Count < MostDifferences; i++)
        {
            if (theirs is null)
            {
                break;
            }

            compares++;
            var isBehindSyscall = machine.Processor.ProgramCounter == systemEntry;
            foreach (var register in compared)
            {
                if (!theirs.TryGetValue(register, out var expected))
                {
                    continue;
                }

                var value = Read(machine, register);
                var counts = ~PassedOver(register, expected, isBehindSyscall);
                if ((value & counts) != (expected & counts))
                {
                    differences.Add(
                        $"{i}: behind {before:x}, at {theirs[counter]:x}, {register} is {value:x}, not {expected:x}");
                    Write(machine, register, expected);
                }
                else if (isBehindSyscall && register == "eflags")
                {
                    Write(machine, register, expected);
                }
            }

            if (Read(machine, counter) != theirs[counter])
            {
                break;
            }

            before = theirs[counter];
            machine.Run(machine.Position + 1);
            if (!CanBeFetched(machine))
            {
                // What can't be fetched counts as an instruction, and QEMU logs none.
                machine.Run(machine.Position + 1);
            }

            var next = qemu.Next();
            if (next is not null && next.SequenceEqual(theirs) && Read(machine, counter) != next[counter])
            {
                // It looked for interrupts, and logs the instruction again that it now runs.
                next = qemu.Next();
            }

            theirs = next;
        }

        Assert.That(differences, Is.Empty, string.Join('\n', differences));
        TestContext.Out.WriteLine($"{compares} instructions compared");
        Assert.That(compares, Is.GreaterThan(10_000));
    }

    /// <summary>Bits that QEMU 7.2 or Unicorn has otherwise; docs/qemu-differences.md.</summary>
    private static UInt128 PassedOver(string register, UInt128 theirs, bool isBehindSyscall) => register switch
    {
        "eflags" => ResumeFlag | (isBehindSyscall ? ConditionCodes : 0),
        "ss" when theirs == 0 => ushort.MaxValue,
        _ => 0,
    };

    private static bool CanBeFetched(Machine machine) => machine.Processor.Translation!.TryAccess(
        machine.Processor.ProgramCounter, MemoryAccess.Fetch, out _, out _);

    private static UInt128 Read(Machine machine, string register)
    {
        if (register.StartsWith("fpr", StringComparison.Ordinal))
        {
            register = $"st{(register[3] - '0' - Top(machine)) & 7}";
        }
        else if (register == "tags")
        {
            var word = Read(machine, "ftag");
            return Enumerable.Range(0, 8).Aggregate(
                UInt128.Zero, (tags, i) => tags | ((word >> 2 * i & 3) != 3 ? UInt128.One << i : 0));
        }

        Span<byte> value = stackalloc byte[16];
        value.Clear();
        var index = Index(machine, register);
        machine.Processor.ReadRegister(index, value[..(machine.Processor.Registers[index].Bits / 8)]);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(value);
    }

    private static int Top(Machine machine) => (int)(Read(machine, "fstat") >> 11 & 7);

    private static void Write(Machine machine, string register, UInt128 value)
    {
        if (register == "tags")
        {
            return;
        }

        if (register.StartsWith("fpr", StringComparison.Ordinal))
        {
            register = $"st{(register[3] - '0' - Top(machine)) & 7}";
        }

        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(bytes, value);
        var index = Index(machine, register);
        machine.WriteRegister(index, bytes.AsSpan(0, machine.Processor.Registers[index].Bits / 8));
    }

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
