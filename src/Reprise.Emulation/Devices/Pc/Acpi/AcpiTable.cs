using System.Buffers.Binary;
using System.Text;

namespace Reprise.Emulation.Devices.Pc.Acpi;

/// <summary>A table with the header that all have (ACPI specification 6.5, 5.2.6). The checksum is left to who places it.</summary>
internal static class AcpiTable
{
    public const int HeaderSize = 36;

    /// <summary>Where in a table its checksum is.</summary>
    public const int Checksum = 9;

    /// <param name="signature">Four characters.</param>
    /// <param name="revision">Of the table's kind.</param>
    /// <param name="body">What follows the header.</param>
    public static byte[] Of(string signature, byte revision, ReadOnlySpan<byte> body)
    {
        var table = new byte[HeaderSize + body.Length];
        Encoding.ASCII.GetBytes(signature, table);
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(4), table.Length);
        table[8] = revision;
        "REPRISPC      "u8.CopyTo(table.AsSpan(10)); // the makers of board and table
        table[24] = 1;
        "RPRS"u8.CopyTo(table.AsSpan(28));
        table[32] = 1;
        body.CopyTo(table.AsSpan(HeaderSize));
        return table;
    }
}
