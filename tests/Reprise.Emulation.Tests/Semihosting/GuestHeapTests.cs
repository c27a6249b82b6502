using Reprise.Emulation.Boards;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Semihosting;
using Reprise.Emulation.Tests.Machines;

namespace Reprise.Emulation.Tests.Semihosting;

/// <summary>The values are what QEMU 7.2 answers to SYS_HEAPINFO for firmware with such a segment.</summary>
public sealed class GuestHeapTests
{
    [TestCase("lm3s6965evb", 0x2000_0100u, 0x200, 0x2000_0300u, 0x2001_0000u)]
    [TestCase("lm3s6965evb", 0x2000_8000u, 0x200, 0x2000_0000u, 0x2000_8000u)]
    [TestCase("lm3s6965evb", 0x0000_0000u, 0x200, 0x2000_0000u, 0x2001_0000u)]
    [TestCase("microbit", 0x2000_0100u, 0x100, 0x2000_0200u, 0x2000_4000u)]
    [TestCase("mps2-an385", 0x2100_0100u, 0x100, 0x2100_0200u, 0x2200_0000u)]
    [TestCase("mps2-an385", 0x2000_0100u, 0x100, 0x2100_0000u, 0x2200_0000u)]
    [TestCase("mps2-an500", 0x6000_0100u, 0x100, 0x6000_0200u, 0x6100_0000u)]
    public void Find_OneSegment_IsQemusAnswer(string board, uint address, int size, uint start, uint end)
    {
        var parts = BoardCatalog.Find(board)!.Build(
            new BoardOptions(SampleFirmware.NanosecondsPerInstruction), new TextOutput());
        using var machine = new Emulation.Machines.Machine(parts);
        var heap = GuestHeap.Find(machine.Memory.Regions, [new FirmwareSegment(address, new byte[size])]);
        Assert.That(heap, Is.EqualTo(new GuestHeap(start, end)));
    }

    [Test]
    public void Find_NoMemory_IsNothing() => Assert.That(GuestHeap.Find([], []), Is.EqualTo(new GuestHeap(0, 0)));
}
