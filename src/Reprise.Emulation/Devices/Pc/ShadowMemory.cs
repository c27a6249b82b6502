using Reprise.Emulation.Boards;
using Reprise.Emulation.Memory;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// RAM between C0000h and FFFFFh, and the ROM that answers in its place until firmware has copied itself there. Thirteen
/// segments, each with two bits in the PAM registers (290549, 3.2.18): RAM answers reads, RAM takes writes.
/// </summary>
/// <param name="overlays">The segments, in the order of the registers' halves: F0000h, then from C0000h on.</param>
/// <param name="ram">The RAM.</param>
/// <param name="rom">The ROM that ends below 4 GiB.</param>
internal sealed class ShadowMemory(IReadOnlyList<MemoryOverlay> overlays, RamRegion ram, RamRegion rom)
{
    private const ulong First = 0xC_0000;
    private const ulong End = 0x10_0000;
    private const int RomWindow = 0x2_0000; // the end of the ROM appears here
    private const int Registers = 0x59;

    /// <summary>
    /// The shadow of a board with RAM at C0000h and a ROM that ends at 4 GiB; null on one without.
    /// </summary>
    public static ShadowMemory? Find(DeviceSite site)
    {
        var ram = site.Memory.Regions.FirstOrDefault(region => region.Address == First && region.Size == (int)(End - First));
        var rom = site.Memory.Regions.FirstOrDefault(region => region.Address + (ulong)region.Size == 1ul << 32);
        if (ram is null || rom is null)
        {
            return null;
        }

        List<MemoryOverlay> overlays = [site.Memory.AddOverlay(0xF_0000, 0x1_0000)];
        for (var address = First; address < 0xF_0000; address += 0x4000)
        {
            overlays.Add(site.Memory.AddOverlay(address, 0x4000));
        }

        return new ShadowMemory(overlays, ram, rom);
    }

    /// <summary>Lets the memory answer that the registers name.</summary>
    public void Apply(PciConfiguration configuration)
    {
        // The register at 59h has F0000h in its high half; its low half is reserved.
        for (var i = 0; i < overlays.Count; i++)
        {
            var half = i + 1;
            Show(overlays[i], configuration[Registers + (half / 2)] >> (half % 2 * 4) & 3);
        }
    }

    // RAM that only takes writes is none, as on QEMU: it and ROM can't answer at once.
    private void Show(MemoryOverlay overlay, int access)
    {
        if ((access & 1) != 0)
        {
            overlay.Show(ram, overlay.Address - First, isReadOnly: access == 1);
            return;
        }

        var offset = (long)overlay.Address - (long)End + Math.Min(rom.Size, RomWindow);
        if (offset >= 0)
        {
            overlay.Show(rom, (ulong)(rom.Size - ((long)End - (long)overlay.Address)), isReadOnly: true);
        }
        else
        {
            overlay.Hide();
        }
    }
}
