using Reprise.Cli.Qemu;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Machines;

namespace Reprise.Cli.Tests.Qemu;

public sealed class QemuGlobalsTests
{
    [TestCase("nrf51-soc.flash-size=1048576", 1 << 20, 16 << 10)]
    [TestCase("nrf51-soc.sram-size=0x40000", 256 << 10, 256 << 10)]
    [TestCase("nrf51-soc.flash-size=1048576 nrf51-soc.sram-size=262144", 1 << 20, 256 << 10)]
    public void Apply_SizesOfTheMicrobit_ChangesItsMemories(string globals, int flash, int ram)
    {
        var read = new QemuGlobals();
        Assert.That(globals.Split(' ').All(read.TryAdd), Is.True);
        var board = read.Apply(BoardCatalog.Find("microbit")!);
        Assert.That(board.Name, Is.EqualTo("microbit"));
        using var machine = new Machine(Board.Read(board.Files).Build(new BoardOptions(8), new NoOutput()));
        Assert.That(
            machine.Memory.Regions.Select(region => (region.Name, region.Size)),
            Is.EquivalentTo(new[] { ("flash", flash), ("sram", ram) }));
        var other = BoardCatalog.Find("mps2-an385")!;
        Assert.That(read.Apply(other), Is.SameAs(other));
    }

    [TestCase("nrf51-soc.other=1")]
    [TestCase("nrf51-soc.sram-size=1 }")]
    [TestCase("nrf51-soc.sram-size")]
    public void TryAdd_Others_ChangesNothing(string global)
    {
        var read = new QemuGlobals();
        Assert.That(read.TryAdd(global), Is.False);
        var board = BoardCatalog.Find("microbit")!;
        Assert.That(read.Apply(board), Is.SameAs(board));
    }

    [Test]
    public void Apply_ASizeThatIsNone_NamesTheOption()
    {
        var read = new QemuGlobals();
        Assert.That(read.TryAdd("nrf51-soc.sram-size=100"), Is.True);
        Assert.That(
            () => read.Apply(BoardCatalog.Find("microbit")!),
            Throws.TypeOf<BoardFileException>().With.Message.StartsWith("-global:").And.Message.Contains("multiple of 4096"));
    }

    private sealed class NoOutput : Emulation.Devices.IOutputSink
    {
        public void Write(string port, byte value)
        {
        }
    }
}
