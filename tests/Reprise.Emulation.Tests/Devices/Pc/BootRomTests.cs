using Reprise.Emulation.Boards;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Tests.Machines;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>Firmware as large as a PC's ROM: UEFI has some megabytes.</summary>
public sealed class BootRomTests
{
    private const int Largest = 8 << 20;

    [Test]
    public void Build_FirmwareAsLargeAsTheRom_FillsItAndEndsBelow1MiB()
    {
        var bytes = new byte[Largest];
        (bytes[0], bytes[^0x2_0000], bytes[^1]) = (1, 2, 3);
        var board = BoardCatalog.Find("pc-x86_64")!;
        var firmware = FirmwareLoader.Parse(bytes, "uefi.fd", board.RawAddress("uefi.fd", bytes.Length));
        using var machine = MachineBuilder.Build(board, new BoardOptions(8), firmware, "uefi.fd", new TextOutput());
        ulong[] places = [(1ul << 32) - Largest, (1ul << 32) - 0x2_0000, uint.MaxValue, 0xE_0000, 0xF_FFFF];
        Assert.That(places.Select(place => machine.Memory.BytesFrom(place)[0]), Is.EqualTo(new[] { 1, 2, 3, 2, 3 }));
    }

    [Test]
    public void RawAddress_OfLargerFirmware_NamesTheLimit() =>
        Assert.That(
            () => BoardCatalog.Find("pc")!.RawAddress("uefi.fd", Largest + 1),
            Throws.TypeOf<FirmwareException>().With.Message.Contains("uefi.fd").And.Message.Contains("8388608 bytes"));
}
