using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Boards.Svd;
using Reprise.Emulation.Devices.Svd;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;
using Reprise.Emulation.Tests.Machines;

namespace Reprise.Emulation.Tests.Boards;

/// <summary>What SVD files say, and what registers answer that only such a file knows.</summary>
public sealed class SvdTests
{
    [Test]
    public void Read_EveryWayToSayIt_GivesItsRegisters()
    {
        const string text =
            """
            <?xml version="1.0"?>
            <device><name>D</name><size>16</size><resetValue>0x12</resetValue>
              <peripherals>
                <peripheral derivedFrom="B"><name>A</name><baseAddress>0x40001000</baseAddress></peripheral>
                <peripheral><name>B</name><baseAddress>1G</baseAddress><access>read-only</access>
                  <registers>
                    <register><name>CR</name><addressOffset>0</addressOffset><size>32</size>
                      <fields><field><name>ON</name><bitRange>[0:0]</bitRange><access>write-only</access></field></fields>
                    </register>
                    <register derivedFrom="CR"><name>CR2</name><addressOffset>0x4</addressOffset></register>
                    <register><dim>3</dim><dimIncrement>2</dimIncrement><dimIndex>A,B,C</dimIndex>
                      <name>PIN%s</name><addressOffset>8</addressOffset><access>write-only</access></register>
                    <cluster><dim>2</dim><dimIncrement>0x10</dimIncrement><dimIndex>4-5</dimIndex>
                      <name>CH[%s]</name><addressOffset>0x20</addressOffset><resetValue>#101</resetValue>
                      <register><name>X</name><addressOffset>1</addressOffset><size>8</size></register>
                    </cluster>
                  </registers>
                </peripheral>
              </peripherals>
            </device>
            """;
        var b = new[]
        {
            "B.CR 40000000 4 12 r", "B.CR2 40000004 4 12 r", "B.PINA 40000008 2 12 w", "B.PINB 4000000a 2 12 w",
            "B.PINC 4000000c 2 12 w", "B.CH[4].X 40000021 1 5 r", "B.CH[5].X 40000031 1 5 r",
        };
        var a = b.Select(line => line.Replace("B.", "A.", StringComparison.Ordinal)
            .Replace(" 400000", " 400010", StringComparison.Ordinal));
        Assert.That(SvdDevice.Read("d.svd", text).Select(Describe), Is.EqualTo(a.Concat(b)));
    }

    [Test]
    public void Read_DerivedFromAFullName_TakesWhatItDoesNotSay()
    {
        var registers = SvdDevice.Read("d.svd", Device(
            Peripheral("A", "0x1000", "<register><name>R</name><addressOffset>4</addressOffset><size>8</size></register>")
            + Peripheral("B", "0x2000", "<register derivedFrom=\"A.R\"><name>S</name></register>")));
        Assert.That(registers.Select(Describe), Is.EqualTo(new[] { "A.R 1004 1 0 rw", "B.S 2004 1 0 rw" }));
    }

    [Test]
    public void Registers_ReadWrittenAndScripted_AnswerAsDescribed()
    {
        using var machine = Build("registers: { A.S: [1, 2, 0x33] }\n");
        var block = Block(machine);
        Assert.That(block.Read(0, 4), Is.EqualTo(0x1122_3344), "the reset value");
        block.Write(1, 0xAB, 1);
        Assert.That(block.Read(0, 4), Is.EqualTo(0x1122_AB44));
        Assert.That(block.Read(2, 2), Is.EqualTo(0x1122));
        block.Write(4, 5, 4);
        Assert.That(block.Read(4, 4), Is.EqualTo(7), "read-only");
        block.Write(8, 5, 4);
        Assert.That(block.Read(8, 4), Is.Zero, "write-only");
        Assert.That(block.Read(0x80, 4), Is.Zero, "between registers");
        Assert.That(block.Peek(12, 4), Is.EqualTo(1));
        Assert.That(
            new[] { block.Read(12, 4), block.Read(12, 1), block.Read(12, 4), block.Read(12, 4) },
            Is.EqualTo(new[] { 1, 2, 0x33, 0x33 }));
        block.Reset();
        Assert.That((block.Read(0, 4), block.Read(12, 4)), Is.EqualTo((0x1122_3344, 1)));
    }

    [Test]
    public void Block_SavedAtAnyMoment_GoesOnAsIfNothingHadBeen()
    {
        using var first = Build("registers: { A.S: [1, 2, 3, 4, 5, 6, 7, 8, 9] }\n");
        using var second = Build("registers: { A.S: [1, 2, 3, 4, 5, 6, 7, 8, 9] }\n");
        var (original, copy) = (Block(first), Block(second));
        var random = new Random(3);
        for (var i = 0; i < 3_000; i++)
        {
            if (random.Next(20) == 0)
            {
                var writer = new StateWriter();
                original.Save(writer);
                copy.Write(0, 99, 4);
                var reader = new StateReader(writer.Written);
                copy.Restore(ref reader);
                Assert.That(reader.AtEnd, Is.True);
            }

            var (offset, size, value) = ((uint)random.Next(0x20), 1 << random.Next(3), (uint)random.Next());
            if (random.Next(40) == 0)
            {
                original.Reset();
                copy.Reset();
            }
            else if (random.Next(2) == 0)
            {
                original.Write(offset, value, size);
                copy.Write(offset, value, size);
            }
            else
            {
                var peeked = original.Peek(offset, size);
                Assert.That(original.Read(offset, size), Is.EqualTo(peeked));
                Assert.That(copy.Read(offset, size), Is.EqualTo(peeked), $"step {i}");
            }
        }
    }

    [Test]
    public void Restore_StateOfOtherRegisters_IsRefused()
    {
        using var machine = Build("");
        var block = Block(machine);
        Assert.That(
            () =>
            {
                var writer = new StateWriter();
                writer.Write(1u);
                writer.Write(77u);
                writer.Write(0ul);
                var reader = new StateReader(writer.Written);
                block.Restore(ref reader);
            },
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("register 77"));
    }

    /// <summary>Law 2: a guest that polls scripted registers, in one run and step by step from machine to machine.</summary>
    [Test]
    public void Run_ChoppedAndRestored_IsTheStraightRun()
    {
        const string scripts = "registers: { A.R: [1, 2, 4, 8, 16, 32, 64] }\n";
        using var straight = Build(scripts, withCode: true);
        List<RegisterAccess> heard = [];
        straight.RegisterAccessed = heard.Add;
        straight.Run(103);
        var machine = Build(scripts, withCode: true);
        while (machine.Position < 103)
        {
            machine.Run(machine.Position + 1);
            var writer = new StateWriter();
            machine.Save(writer);
            machine.Dispose();
            machine = Build(scripts, withCode: true);
            var reader = new StateReader(writer.Written);
            machine.Restore(ref reader);
        }

        Assert.That(State(machine), Is.EqualTo(State(straight)));
        machine.Dispose();
        Assert.That(heard, Has.Count.EqualTo(51));
        Assert.That(heard[0], Is.EqualTo(new RegisterAccess(
            2, 12, Block(straight).Find(0, isWrite: false), 0x4000_0000, 4, 1, IsWrite: false)));
        Assert.That(heard[3], Is.EqualTo(new RegisterAccess(
            8, 16, Block(straight).Find(4, isWrite: true), 0x4000_0004, 4, 3, IsWrite: true)));
    }

    [Test]
    public void Board_WithDevicesAndMemoryThere_LetsThemAnswer()
    {
        using var machine = new Machine(Board(
            "devices: { t: { type: cmsdk-timer, address: 0x4000_0000, clock: 1 MHz, irq: 1 } }\n",
            Peripheral("T", "0x40000000", Register("R", 0)) + Peripheral("M", "0x20000000", Register("R", 0))
            + Peripheral("X", "0x40001000", Register("R", 0))).Build(new BoardOptions(8), new TextOutput()));
        Assert.That(
            machine.Devices.Where(device => device.Device is RegisterBlock).Select(device => $"{device.Device.Name} {device.Address:x}"),
            Is.EqualTo(new[] { "X 40001000" }));
    }

    [TestCase("registers: { A.X: 1 }", ":6:14: expected the name of a register in the SVD file, as RCC.CR, found 'A.X'")]
    [TestCase("registers: { A.R: [1, 0x1_0000_0000] }", ":6:23: expected a number up to 0xffffffff, found '0x1_0000_0000'")]
    [TestCase("registers: { A.R: [] }", ":6:19: expected at least one value, found a list")]
    [TestCase(
        "registers: { A.R: 1 }\ndevices: { t: { type: mps2-scc, address: 0x4000_0000 } }",
        ":6:14: expected a register where no device and no other register answers, found 'A.R'")]
    public void Registers_ThatAreNotThere_AreRefused(string text, string message) => Assert.That(
        () => Board(text, Small), Throws.TypeOf<BoardFileException>().With.Message.Contains(message));

    [Test]
    public void Registers_WithoutAnSvdFile_AreRefused() => Assert.That(
        () => TextBoards.Board(TextBoards.Small + "registers: { A.R: 1 }"),
        Throws.TypeOf<BoardFileException>().With.Message.Contains("expected svd: FILE beside it, which names it"));

    [Test]
    public void Svd_OfABoardThatIsExtended_IsRelativeToItsFile()
    {
        var board = new TextBoards(
            ("top.yaml", "extends: sub/base.yaml\n"),
            ("sub/base.yaml", TextBoards.Small + "svd: chip.svd\n"),
            ("sub/chip.svd", Device(Small))).Board();
        Assert.That(
            board.Files.Select(file => file.Name), Is.EqualTo(new[] { "top.yaml", "sub/base.yaml", "sub/chip.svd" }));
        var again = Emulation.Boards.Board.Read(board.Files);
        using var machine = new Machine(again.Build(new BoardOptions(8), new TextOutput()));
        Assert.That(Block(machine).Read(0, 4), Is.EqualTo(0x1122_3344));
    }

    private static readonly string Small = Peripheral("A", "0x40000000",
        Register("R", 0, "<resetValue>0x11223344</resetValue>")
        + Register("RO", 4, "<access>read-only</access><resetValue>7</resetValue>")
        + Register("WO", 8, "<access>write-only</access><resetValue>7</resetValue>")
        + Register("S", 12));

    internal static string Device(string peripherals) =>
        $"<device><name>D</name><peripherals>{peripherals}</peripherals></device>";

    internal static string Peripheral(string name, string address, string registers) =>
        $"<peripheral><name>{name}</name><baseAddress>{address}</baseAddress><registers>{registers}</registers></peripheral>";

    internal static string Register(string name, int offset, string more = "") =>
        $"<register><name>{name}</name><addressOffset>{offset}</addressOffset>{more}</register>";

    private static Board Board(string text, string peripherals) => new TextBoards(
        ("b.yaml", TextBoards.Small + "svd: small.svd\n" + text), ("small.svd", Device(peripherals))).Board();

    /// <summary>A machine, if wanted with code that reads A.R, adds one, and writes it behind, for ever.</summary>
    private static Machine Build(string text, bool withCode = false)
    {
        var parts = Board(text, Small).Build(new BoardOptions(8), new TextOutput());
        if (withCode)
        {
            parts.Memory.Write(0, [0, 0x10, 0, 0x20, 9, 0, 0, 0]);
            ushort[] code = [0x2001, 0x0780, 0x6801, 0x3101, 0x6041, 0xE7FB];
            parts.Memory.Write(8, code.SelectMany(BitConverter.GetBytes).ToArray());
        }

        return new Machine(parts);
    }

    private static RegisterBlock Block(Machine machine) =>
        machine.Devices.Select(mapping => mapping.Device).OfType<RegisterBlock>().First();

    private static byte[] State(Machine machine)
    {
        var writer = new StateWriter();
        machine.Save(writer);
        return writer.Written.ToArray();
    }

    private static string Describe(SvdRegister register) =>
        $"{register.Name} {register.Address:x} {register.Size} {register.ResetValue:x} "
        + $"{(register.CanRead ? "r" : "")}{(register.CanWrite ? "w" : "")}";
}
