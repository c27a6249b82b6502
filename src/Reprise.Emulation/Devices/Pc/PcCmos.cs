using Reprise.Emulation.Boards;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// What the memory of a PC's clock holds for its BIOS: sizes of memory, drives, boot order. Values as QEMU's <c>pc</c>
/// has them. Memory is what the board has from address 0 and from 1 MiB on.
/// </summary>
internal static class PcCmos
{
    /// <summary>The option for what firmware tries to boot.</summary>
    public const string BootOrderKey = "boot";

    /// <summary>The option for what it tries up to the first reset, if that is something else.</summary>
    public const string BootOnceKey = "boot-once";

    /// <summary>What a digit of the boot order means, from 1 on: floppy, disk, CD, network.</summary>
    private const string BootLetters = "acdn";

    private const int MostBoots = 3;

    private const ulong Megabyte = 1 << 20;

    /// <summary>What it holds at power-on, and, where that differs, the boot order from the first reset on.</summary>
    public static (byte[] Contents, byte[]? AtReset) Of(DeviceSite site)
    {
        var contents = Contents(site);
        if (!site.Options.Has(BootOnceKey))
        {
            return (contents, null);
        }

        var atReset = (byte[])contents.Clone();
        PutOrder(contents, BootOrder(site, BootOnceKey));
        return (contents, atReset);
    }

    /// <summary>Puts the boot order of other contents in place.</summary>
    public static void CopyOrder(ReadOnlySpan<byte> from, Span<byte> to) =>
        (to[0x3D], to[0x38]) = (from[0x3D], (byte)((to[0x38] & 0x0F) | (from[0x38] & 0xF0)));

    private static byte[] Contents(DeviceSite site)
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
        PutOrder(contents, BootOrder(site, BootOrderKey));
        return contents;
    }

    private static void PutOrder(byte[] contents, int[] order)
    {
        contents[0x3D] = (byte)(order[1] << 4 | order[0]);
        contents[0x38] = (byte)(order[2] << 4);
    }

    /// <summary>Digits of what is tried first, second and third; 0 for nothing.</summary>
    private static int[] BootOrder(DeviceSite site, string option)
    {
        var letters = site.Options.Text(option, "cad");
        return letters.Length <= MostBoots && letters.All(BootLetters.Contains) && letters.Distinct().Count() == letters.Length
            ? [.. letters.PadRight(MostBoots).Select(letter => BootLetters.IndexOf(letter, StringComparison.Ordinal) + 1)]
            : throw site.Options.Error(option, "up to three of a (floppy), c (disk), d (CD) and n (network), each once");
    }

    private static int DriveType(DeviceSite site, string option) =>
        site.OptionalDevice<FloppyDrive>(option) is { IsPresent: true } drive ? drive.Format.DriveType : 0;

    private static void Word(byte[] contents, int index, ulong value) =>
        (contents[index], contents[index + 1]) = ((byte)value, (byte)(value >> 8));
}
