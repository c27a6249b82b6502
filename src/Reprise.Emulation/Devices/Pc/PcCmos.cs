using Reprise.Emulation.Boards;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// What the memory of a PC's clock holds for its BIOS: sizes of memory, drives, boot order. Values as QEMU's <c>pc</c>
/// has them. Memory is what the board has from address 0 and from 1 MiB on.
/// </summary>
internal static class PcCmos
{
    private const ulong Megabyte = 1 << 20;

    public static byte[] Contents(DeviceSite site)
    {
        var contents = new byte[128];
        var extended = site.Memory.Regions
            .Where(region => region.Address == Megabyte)
            .Select(region => (ulong)region.Size)
            .FirstOrDefault();
        Word(contents, 0x15, 640); // KiB of base memory
        Word(contents, 0x17, Math.Min(extended >> 10, 0xFFFF)); // KiB from 1 MiB on
        Word(contents, 0x30, Math.Min(extended >> 10, 0xFFFF));
        var high = extended + Megabyte;
        Word(contents, 0x34, high > 16 * Megabyte ? (high - (16 * Megabyte)) >> 16 : 0); // 64 KiB from 16 MiB on
        var a = DriveType(site, "floppy-a");
        var b = DriveType(site, "floppy-b");
        contents[0x10] = (byte)(a << 4 | b);
        var floppies = (a > 0 ? 1 : 0) + (b > 0 ? 1 : 0);
        contents[0x14] = (byte)(0x06 | (floppies > 0 ? 1 | (floppies - 1) << 6 : 0)); // and a keyboard and mouse, an FPU
        contents[0x3D] = 0x12; // boot from floppy, then disk: low digit last
        contents[0x38] = 0x30; // then from CD
        return contents;
    }

    private static int DriveType(DeviceSite site, string option) =>
        site.OptionalDevice<FloppyDrive>(option) is { IsPresent: true } drive ? drive.Format.DriveType : 0;

    private static void Word(byte[] contents, int index, ulong value) =>
        (contents[index], contents[index + 1]) = ((byte)value, (byte)(value >> 8));
}
