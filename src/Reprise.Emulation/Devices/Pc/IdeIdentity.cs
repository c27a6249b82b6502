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
        Put(0, 0x0040, (ushort)CylindersOf(sectors));
        Put(3, HeadCount, 512 * SectorCount, 512, SectorCount);
        Text(10, 20, serial);
        Put(20, 3, 512, 4);
        Text(23, 8, "2.5+");
        Text(27, 40, "QEMU HARDDISK");
        Put(47, 0x8010, 1, 0x0B00);
        Put(51, 0x0200, 0x0200, 7, (ushort)cylinders, (ushort)heads, (ushort)perTrack);
        Double(57, (uint)(cylinders * heads * perTrack));
        Put(59, (ushort)(multiple > 0 ? 0x100 | multiple : 0));
        Double(60, (uint)Math.Min(sectors, 0x0FFF_FFFF));
        Put(62, 0x0007, 0x0007, 0x0003, 120, 120, 120, 120);
        Put(80, 0x00F0, 0x0016, 0x4021, 0x7400, 0x4000, 0x4021, 0x3400, 0x4000, 0x203F);
        Put(93, 0x6001);
        Double(100, (uint)sectors);
        Double(102, (uint)(sectors >> 32));
        Put(106, 0x6000);
        return bytes;

        void Put(int word, params ReadOnlySpan<ushort> values)
        {
            foreach (var value in values)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * word++), value);
            }
        }

        void Double(int word, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(2 * word), value);

        // Two characters a word, the first in its high byte; blanks behind.
        void Text(int word, int length, string text)
        {
            for (var i = 0; i < length; i++)
            {
                bytes[(2 * word) + (i ^ 1)] = (byte)(i < text.Length ? text[i] : ' ');
            }
        }
    }
}
