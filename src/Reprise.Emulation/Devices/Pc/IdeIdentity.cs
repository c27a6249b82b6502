using System.Buffers.Binary;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// What IDENTIFY DEVICE answers for a disk (ATA/ATAPI-6, 8.15), word for word as QEMU's disk but for TRIM, which is not
/// there.
/// </summary>
internal static class IdeIdentity
{
    public const int HeadCount = 16;
    public const int SectorCount = 63;

    private const int MostCylinders = 16_383;

    /// <summary>Cylinders of a disk of so many sectors.</summary>
    public static int CylindersOf(ulong sectors) =>
        (int)Math.Clamp(sectors / (HeadCount * SectorCount), 2, MostCylinders);

    /// <summary>The 512 bytes.</summary>
    /// <param name="sectors">On the disk.</param>
    /// <param name="serial">As the drive says.</param>
    /// <param name="multiple">Sectors that READ MULTIPLE moves at once; 0 for not set.</param>
    /// <param name="cylinders">Of the geometry that is in force.</param>
    /// <param name="heads">Of the same.</param>
    /// <param name="perTrack">Of the same.</param>
    public static byte[] Of(ulong sectors, string serial, int multiple, int cylinders, int heads, int perTrack)
    {
        var bytes = new byte[512];
        Put(bytes, 0, 0x0040, (ushort)CylindersOf(sectors));
        Put(bytes, 3, HeadCount, 512 * SectorCount, 512, SectorCount);
        Text(bytes, 10, 20, serial);
        Put(bytes, 20, 3, 512, 4);
        Text(bytes, 23, 8, "2.5+");
        Text(bytes, 27, 40, "QEMU HARDDISK");
        Put(bytes, 47, 0x8010, 1, 0x0B00);
        Put(bytes, 51, 0x0200, 0x0200, 7, (ushort)cylinders, (ushort)heads, (ushort)perTrack);
        Double(bytes, 57, (uint)(cylinders * heads * perTrack));
        Put(bytes, 59, (ushort)(multiple > 0 ? 0x100 | multiple : 0));
        Double(bytes, 60, (uint)Math.Min(sectors, 0x0FFF_FFFF));
        Put(bytes, 62, 0x0007, 0x0007, 0x0003, 120, 120, 120, 120);
        Put(bytes, 80, 0x00F0, 0x0016, 0x4021, 0x7400, 0x4000, 0x4021, 0x3400, 0x4000, 0x203F);
        Put(bytes, 93, 0x6001);
        Double(bytes, 100, (uint)sectors);
        Double(bytes, 102, (uint)(sectors >> 32));
        Put(bytes, 106, 0x6000);
        return bytes;
    }

    /// <summary>What IDENTIFY PACKET DEVICE answers for a CD drive (8.16), word for word as QEMU's.</summary>
    public static byte[] OfCd(string serial)
    {
        var bytes = new byte[512];
        Put(bytes, 0, 0x85C0);
        Text(bytes, 10, 20, serial);
        Put(bytes, 20, 3, 512, 4);
        Text(bytes, 23, 8, "2.5+");
        Text(bytes, 27, 40, "QEMU DVD-ROM");
        Put(bytes, 48, 1, 0x0300);
        Put(bytes, 53, 7);
        Put(bytes, 62, 7, 7, 3, 0xB4, 0xB4, 0x12C, 0xB4);
        Put(bytes, 71, 30, 30);
        Put(bytes, 80, 0x1E);
        Put(bytes, 88, 0x203F);
        return bytes;
    }

    private static void Put(byte[] bytes, int word, params ReadOnlySpan<ushort> values)
    {
        foreach (var value in values)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * word++), value);
        }
    }

    private static void Double(byte[] bytes, int word, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(2 * word), value);

    // Two characters a word, the first in its high byte; blanks behind.
    private static void Text(byte[] bytes, int word, int length, string text)
    {
        for (var i = 0; i < length; i++)
        {
            bytes[(2 * word) + (i ^ 1)] = (byte)(i < text.Length ? text[i] : ' ');
        }
    }
}
