using System.Text;
using Iced.Intel;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>All ways in which a guest resets a PC, by firmware that counts its starts in the clock's memory.</summary>
public sealed class ResetTests
{
    private const ulong Limit = 10_000;

    [Test]
    public void Run_EveryWayToReset_StartsAgain()
    {
        using var machine = Build("pc", endsAtReset: false, out var console);
        var resets = new List<string?>();
        machine.Resetting = reset => resets.Add(reset.Halted);
        var stop = machine.Run(Limit);
        Assert.That(console.ToString(), Is.EqualTo("ABCDE"));
        Assert.That((stop.Kind, stop.ExitCode), Is.EqualTo((StopKind.Exited, 1)));
        Assert.That(resets, Has.Count.EqualTo(4));
        Assert.That(resets.Take(3), Is.All.Null);
        Assert.That(resets[3], Does.Contain("double fault"));
    }

    [Test]
    public void Run_InSteps_IsTheSame()
    {
        using var machine = Build("pc", endsAtReset: false, out _);
        using var stepped = Build("pc", endsAtReset: false, out _);
        while (machine.Run(machine.Position + 3).Kind == StopKind.LimitReached)
        {
            stepped.Run(stepped.Position + 1);
            stepped.Run(stepped.Position + 2);
            Assert.That(State(stepped), Is.EqualTo(State(machine)));
        }
    }

    [Test]
    public void Run_WhereAResetEndsIt_StaysOverUntilItGoesBack([Values("pc", "pc-x86_64")] string board)
    {
        using var machine = Build(board, endsAtReset: true, out var console);
        var before = State(machine);
        var stop = machine.Run(Limit);
        Assert.That((stop.Kind, stop.ExitCode, console.ToString()), Is.EqualTo((StopKind.Exited, 0, "A")));
        var (position, after) = (machine.Position, State(machine));
        Assert.That(machine.Run(Limit).Kind, Is.EqualTo(StopKind.Exited));

        Restore(machine, before);
        Assert.That(machine.Run(position - 1).Kind, Is.EqualTo(StopKind.LimitReached), "the end is not the past's");
        Assert.That(machine.Run(Limit).Kind, Is.EqualTo(StopKind.Exited));
        Assert.That(State(machine), Is.EqualTo(after));

        Restore(machine, before);
        Restore(machine, after);
        Assert.That(machine.Run(Limit).Kind, Is.EqualTo(StopKind.Exited), "it is part of the state");
    }

    [Test]
    public void Apply_EndsAtReset_IsPartOfTheBoard()
    {
        var board = new BoardChoices { EndsAtReset = true }.Apply(BoardCatalog.Find("mps2-an385")!);
        Assert.That(board.Build(new BoardOptions(8), new NoOutput()).EndsAtReset, Is.True);
        Assert.That(
            BoardCatalog.Find("mps2-an385")!.Build(new BoardOptions(8), new NoOutput()).EndsAtReset, Is.False);
    }

    private static byte[] State(Machine machine)
    {
        var writer = new StateWriter();
        machine.Save(writer);
        return writer.Written.ToArray();
    }

    private static void Restore(Machine machine, byte[] state)
    {
        var reader = new StateReader(state);
        machine.Restore(ref reader);
    }

    private static Machine Build(string name, bool endsAtReset, out StringBuilder console)
    {
        var rom = new byte[0x1_0000];
        Firmware().CopyTo(rom, 0);
        ReadOnlySpan<byte> jump = [0xE9, 0x0D, 0x00]; // from F000:FFF0 to the ROM's first byte
        jump.CopyTo(rom.AsSpan(0xFFF0));
        var board = new BoardChoices { EndsAtReset = endsAtReset }.Apply(BoardCatalog.Find(name)!);
        var output = new Console();
        console = output.Text;
        return MachineBuilder.Build(
            board, new BoardOptions(8), FirmwareLoader.Parse(rom, "rom", board.RawAddress("rom", rom.Length)), "rom", output);
    }

    /// <summary>Writes a letter to port E9h; the first start resets by the keyboard controller, the others otherwise.</summary>
    private static byte[] Firmware()
    {
        const byte counter = 0x60; // of the clock's memory
        var code = new Assembler(16);
        var (fast, chipset, triple, exit) = (code.CreateLabel(), code.CreateLabel(), code.CreateLabel(), code.CreateLabel());
        code.mov(al, counter);
        code.@out(0x70, al);
        code.@in(al, 0x71);
        code.mov(bl, al);
        code.inc(al);
        code.@out(0x71, al);
        code.add(al, 'A' - 1);
        code.@out(0xE9, al);
        code.cmp(bl, 1);
        code.je(fast);
        code.cmp(bl, 2);
        code.je(chipset);
        code.cmp(bl, 3);
        code.je(triple);
        code.ja(exit);
        code.mov(al, 0xFE);
        code.@out(0x64, al);
        code.hlt();
        code.Label(ref fast);
        code.mov(al, 1);
        code.@out(0x92, al);
        code.hlt();
        code.Label(ref chipset);
        code.mov(dx, 0xCF9);
        code.mov(al, 6);
        code.@out(dx, al);
        code.hlt();
        code.Label(ref triple); // an IDT without entries
        code.xor(eax, eax);
        code.mov(ds, ax);
        code.mov(__dword_ptr[0x500], eax);
        code.mov(__dword_ptr[0x504], eax);
        code.lidt(__[0x500]);
        code.int3();
        code.Label(ref exit);
        code.xor(al, al);
        code.@out(0xF4, al);
        code.hlt();
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), 0);
        return stream.ToArray();
    }

    private sealed class NoOutput : IOutputSink
    {
        public void Write(string port, byte value)
        {
        }
    }

    private sealed class Console : IOutputSink
    {
        public StringBuilder Text { get; } = new();

        public void Write(string port, byte value)
        {
            if (port == "console")
            {
                Text.Append((char)value);
            }
        }
    }
}
