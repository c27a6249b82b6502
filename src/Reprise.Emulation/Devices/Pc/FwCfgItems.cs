using System.Buffers.Binary;
using System.Text;
using Reprise.Emulation.Devices.Pc.Acpi;
using Reprise.Emulation.Devices.Pc.Smbios;
using Reprise.Emulation.Memory;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// What <see cref="FwCfg"/> holds, as QEMU's <c>pc</c> does: sizes, and a directory of files, of which some
/// are ACPI and SMBIOS tables. Without those SeaBIOS makes its own.
/// </summary>
internal static class FwCfgItems
{
    private const ushort FirstFile = 0x20;
    private const ulong Megabyte = 1 << 20;
    private const ulong HyperTransport = 0xFD_0000_0000;
    private const ulong HyperTransportSize = 0x3_0000_0000;

    // Kinds of memory in the map (ACPI 6.4, 15.1).
    private const uint Usable = 1;
    private const uint Reserved = 2;

    /// <param name="memory">The board's.</param>
    /// <param name="hasTables">Whether tables describe it as the board <c>pc</c>.</param>
    /// <param name="hasMenu">Whether firmware asks what to boot.</param>
    /// <param name="hasSerialConsole">Whether firmware uses the first serial port as its console too.</param>
    /// <param name="hasHyperTransport">
    /// Whether the memory map has the range below 1 TiB that AMD's processors keep to themselves, as QEMU says of those with
    /// 40 bits of address.
    /// </param>
    /// <param name="kernel">What to boot first; null for nothing.</param>
    public static IReadOnlyDictionary<ushort, byte[]> Of(
        MemoryMap memory,
        bool hasTables,
        bool hasMenu,
        bool hasSerialConsole = false,
        bool hasHyperTransport = false,
        KernelLoad? kernel = null)
    {
        var ram = RamSize(memory);
        var items = new Dictionary<ushort, byte[]>
        {
            [0x00] = "QEMU"u8.ToArray(),
            [0x01] = Word(3), // the ports, and transfers to memory
            [0x02] = new byte[16],
            [0x03] = [.. Word((uint)ram), .. Word((uint)(ram >> 32))],
            [0x04] = [hasSerialConsole ? (byte)1 : (byte)0, 0],
            [0x05] = [1, 0], // processors
            [0x0E] = [hasMenu ? (byte)1 : (byte)0, 0],
            [0x0F] = [1, 0],
            [0x8002] = Word(1),
            [0x8003] = Word(0),
        };
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["bios-geometry"] = [],
            ["bootorder"] = [],
            ["etc/boot-fail-wait"] = Word(uint.MaxValue),
            ["etc/e820"] =
            [
                .. hasHyperTransport ? Range(HyperTransport, HyperTransportSize, Reserved) : [],
                .. Range(0, ram, Usable),
            ],
            ["etc/system-states"] = [0x80, 0, 0, 0x81, 0x82, 0x80],
        };
        if (hasTables)
        {
            foreach (var (name, content) in new AcpiTables((uint)ram).Files.Concat(SmbiosTables.Files((uint)ram)))
            {
                files.Add(name, content);
            }
        }

        if (kernel is not null)
        {
            files["bootorder"] = KernelLoad.BootOrder;
            files.Add(KernelLoad.RomFile, KernelRom.Make(kernel));
            foreach (var part in kernel.Parts)
            {
                items[part.Key.Address] = Word(part.Address);
                items[part.Key.Size] = Word((uint)part.Content.Length);
                items[part.Key.Data] = part.Content;
            }
        }

        AddFiles(items, files);
        return items;
    }

    /// <summary>Bytes of RAM from 0 on, the hole below 1 MiB included.</summary>
    public static ulong RamSize(MemoryMap memory) => Megabyte + memory.Regions
        .Where(region => region.Address == Megabyte)
        .Select(region => (ulong)region.Size)
        .FirstOrDefault();

    // The directory: a count, then for each file size, item, two bytes and a name of 56 bytes, big-endian.
    private static void AddFiles(Dictionary<ushort, byte[]> items, SortedDictionary<string, byte[]> files)
    {
        var directory = new byte[4 + (64 * files.Count)];
        BinaryPrimitives.WriteInt32BigEndian(directory, files.Count);
        var entry = directory.AsSpan(4);
        var item = FirstFile;
        foreach (var (name, content) in files)
        {
            BinaryPrimitives.WriteInt32BigEndian(entry, content.Length);
            BinaryPrimitives.WriteUInt16BigEndian(entry[4..], item);
            Encoding.ASCII.GetBytes(name, entry[8..]);
            items[item] = content;
            entry = entry[64..];
            item++;
        }

        items[0x19] = directory;
    }

    private static byte[] Range(ulong address, ulong size, uint kind) => [.. Long(address), .. Long(size), .. Word(kind)];

    private static byte[] Long(ulong value) => [.. Word((uint)value), .. Word((uint)(value >> 32))];

    private static byte[] Word(uint value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];
}
