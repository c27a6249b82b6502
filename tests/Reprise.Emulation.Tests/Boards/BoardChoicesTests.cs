using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Tests.Boards;

public sealed class BoardChoicesTests
{
    [TestCase(16, 15 << 10, 0)]
    [TestCase(64, 63 << 10, 48 << 4)]
    [TestCase(512, 0xFFFF, 496 << 4)]
    [TestCase(2048, 0xFFFF, 2032 << 4)]
    public void Apply_RamOfAPc_IsThereAndFirmwareKnowsIt(int mebibytes, int fromOneMebibyte, int fromSixteen)
    {
        var board = new BoardChoices((ulong)mebibytes << 20, StartTime: null).Apply(BoardCatalog.Find("pc")!);
        using var machine = new Machine(Board.Read(board.Files).Build(new BoardOptions(8), new NoOutput()));
        var bytes = new byte[4];
        var end = (ulong)mebibytes << 20;
        Assert.That(machine.Poke(end - 4, [1, 2, 3, 4]), Is.EqualTo(4));
        Assert.That(machine.Peek(end - 4, bytes), Is.EqualTo(4));
        Assert.That(bytes, Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
        Assert.That(machine.Memory.BytesFrom(end).IsEmpty, Is.True, "nothing behind it");
        Assert.That(Cmos(machine, 0x17) | (Cmos(machine, 0x18) << 8), Is.EqualTo(Math.Min(fromOneMebibyte, 0xFFFF)));
        Assert.That(Cmos(machine, 0x34) | (Cmos(machine, 0x35) << 8), Is.EqualTo(fromSixteen));
        Out(machine, 0x510, 3, size: 2);
        Assert.That(
            Enumerable.Range(0, 8).Sum(i => (long)In(machine, 0x511) << (8 * i)), Is.EqualTo((long)end), "fw_cfg's RAM size");
    }

    [Test]
    public void Apply_RamAndTime_IsOneBoardOfTheSameName()
    {
        var board = new BoardChoices(32 << 20, new DateTime(2001, 2, 3, 4, 5, 6)).Apply(BoardCatalog.Find("pc")!);
        Assert.That(board.Name, Is.EqualTo("pc"));
        using var machine = new Machine(Board.Read(board.Files).Build(new BoardOptions(8), new NoOutput()));
        Assert.That((Cmos(machine, 9), Cmos(machine, 8), Cmos(machine, 7)), Is.EqualTo((0x01, 0x02, 0x03)));
        Assert.That((Cmos(machine, 4), Cmos(machine, 2), Cmos(machine, 0x35)), Is.EqualTo((0x04, 0x05, 0x01)));
    }

    [TestCase(null, 0x12, 0x30)]
    [TestCase("dac", 0x13, 0x20)]
    [TestCase("d", 0x03, 0x00)]
    [TestCase("nc", 0x24, 0x00)]
    public void Apply_BootOrder_FirmwareFindsIt(string? order, int first, int third)
    {
        var board = new BoardChoices { BootOrder = order, BootMenu = true }.Apply(BoardCatalog.Find("pc")!);
        using var machine = new Machine(Board.Read(board.Files).Build(new BoardOptions(8), new NoOutput()));
        Assert.That((Cmos(machine, 0x3D), Cmos(machine, 0x38)), Is.EqualTo((first, third)));
        Out(machine, 0x510, 0x0E, size: 2);
        Assert.That(In(machine, 0x511), Is.EqualTo(1), "it asks");
    }

    [Test]
    public void Apply_BootOnce_CountsUpToTheFirstReset()
    {
        var board = new BoardChoices { BootOrder = "ca", BootOnce = "dn" }.Apply(BoardCatalog.Find("pc")!);
        using var machine = new Machine(Board.Read(board.Files).Build(new BoardOptions(8), new NoOutput()));
        Assert.That((Cmos(machine, 0x3D), Cmos(machine, 0x38)), Is.EqualTo((0x43, 0)));
        machine.Run(10); // some time passes
        machine.Reset();
        Assert.That((Cmos(machine, 0x3D), Cmos(machine, 0x38)), Is.EqualTo((0x12, 0)));
    }

    [TestCase("pc", "x", "each once")]
    [TestCase("pc", "cc", "each once")]
    [TestCase("pc", "acdn", "each once")]
    [TestCase("pc", "", "letters of drives")]
    [TestCase("pc", "a}, x: {y: 1", "letters of drives")]
    [TestCase("microbit", "c", "microbit has none")]
    public void Apply_BootOrderThatCanNotBe_SaysWhy(string board, string order, string message) => Assert.That(
        () => new BoardChoices { BootOrder = order }.Apply(BoardCatalog.Find(board)!),
        Throws.TypeOf<BoardFileException>().With.Message.Contains(message));

    [TestCase("mps2-an385", 16ul << 20, "--ram:1:1: expected a board whose RAM has several sizes")]
    [TestCase("pc", 1ul << 20, "--ram:1:1: expected more than the 1024 KiB below 'ram'")]
    [TestCase("pc", 4ul << 30, "expected at most 2047 MiB in one piece")]
    [TestCase("pc", (2ul << 20) + 1, "expected a multiple of 4096")]
    public void Apply_RamThatCanNotBe_SaysWhy(string board, ulong size, string message) => Assert.That(
        () => new BoardChoices(size, StartTime: null).Apply(BoardCatalog.Find(board)!),
        Throws.TypeOf<BoardFileException>().With.Message.Contains(message));

    [Test]
    public void Apply_TimeOfABoardWithoutAClock_SaysSo() => Assert.That(
        () => new BoardChoices(null, DateTime.MinValue).Apply(BoardCatalog.Find("microbit")!),
        Throws.TypeOf<BoardFileException>().With.Message.Contains("--rtc:1:1: expected a board with a clock"));

    private static int Cmos(Machine machine, byte index)
    {
        Out(machine, 0x70, index);
        return (int)In(machine, 0x71);
    }

    private static uint In(Machine machine, ushort port) => ((IDeviceBus)machine).ReadPort(port, 1, 0);

    private static void Out(Machine machine, ushort port, uint value, int size = 1) =>
        ((IDeviceBus)machine).WritePort(port, value, size, 0);

    private sealed class NoOutput : IOutputSink
    {
        public void Write(string port, byte value)
        {
        }
    }
}
