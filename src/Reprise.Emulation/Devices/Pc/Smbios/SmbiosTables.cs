using System.Buffers.Binary;

namespace Reprise.Emulation.Devices.Pc.Smbios;

/// <summary>
/// The SMBIOS tables of the board <c>pc</c> as files of fw_cfg (DMTF DSP0134, version 2.8), with what QEMU's say of the same
/// machine; firmware places them, and adds a structure about itself.
/// </summary>
internal static class SmbiosTables
{
    private const string Maker = "QEMU";
    private const string Version = "pc-i440fx-7.2";
    private const ushort None = 0xFFFE;

    /// <summary>The files, by name.</summary>
    /// <param name="ramSize">Bytes of RAM from 0 on.</param>
    public static IEnumerable<(string Name, byte[] Content)> Files(uint ramSize)
    {
        byte[][] structures =
        [
            System(), Enclosure(), Processor(), MemoryArray(ramSize), MemoryDevice(ramSize), MappedMemory(ramSize), Boot(), End(),
        ];
        byte[] tables = [.. structures.SelectMany(structure => structure)];
        return [("etc/smbios/smbios-anchor", Anchor(structures, tables.Length)), ("etc/smbios/smbios-tables", tables)];
    }

    // Type 1: no serial number, no UUID, woken by the power switch.
    private static byte[] System() => new SmbiosStructure(1, 0x100)
        .Text(Maker).Text("Standard PC (i440FX + PIIX, 1996)").Text(Version).Zeros(17).Bytes(6).Zeros(2).ToArray();

    // Type 3: of another kind, everything safe.
    private static byte[] Enclosure() => new SmbiosStructure(3, 0x300)
        .Text(Maker).Bytes(1).Text(Version).Zeros(2).Bytes(3, 3, 3, 2).Zeros(9).ToArray();

    // Type 4: a central processor of another family, 2 GHz, one core.
    private static byte[] Processor() => new SmbiosStructure(4, 0x400)
        .Text("CPU 0").Bytes(3, 1).Text(Maker).Zeros(8).Text(Version).Zeros(3).Word(2000).Word(2000).Bytes(0x41, 1)
        .Word(ushort.MaxValue).Word(ushort.MaxValue).Word(ushort.MaxValue).Zeros(3).Bytes(1, 1, 1).Word(2).Word(1).ToArray();

    // Type 16: system memory, with multi-bit ECC, in one device.
    private static byte[] MemoryArray(uint ramSize) => new SmbiosStructure(16, 0x1000)
        .Bytes(1, 3, 6).DoubleWord(ramSize >> 10).Word(None).Word(1).Zeros(8).ToArray();

    // Type 17: a DIMM of RAM.
    private static byte[] MemoryDevice(uint ramSize) => new SmbiosStructure(17, 0x1100)
        .Word(0x1000).Word(None).Word(ushort.MaxValue).Word(ushort.MaxValue).Word((ushort)(ramSize >> 20)).Bytes(9, 0)
        .Text("DIMM 0").Bytes(0, 7).Word(2).Word(0).Text(Maker).Zeros(16).ToArray();

    // Type 19: where the memory is, in KiB.
    private static byte[] MappedMemory(uint ramSize) => new SmbiosStructure(19, 0x1300)
        .DoubleWord(0).DoubleWord((ramSize >> 10) - 1).Word(0x1000).Bytes(1).Zeros(16).ToArray();

    // Type 32: nothing went wrong.
    private static byte[] Boot() => new SmbiosStructure(32, 0x2000).Zeros(7).ToArray();

    private static byte[] End() => new SmbiosStructure(127, 0x7F00).ToArray();

    // The entry point; firmware puts in address and checksums.
    private static byte[] Anchor(byte[][] structures, int length)
    {
        var anchor = new byte[31];
        "_SM_"u8.CopyTo(anchor);
        (anchor[5], anchor[6], anchor[7]) = (31, 2, 8);
        BinaryPrimitives.WriteUInt16LittleEndian(anchor.AsSpan(8), (ushort)structures.Max(structure => structure.Length));
        "_DMI_"u8.CopyTo(anchor.AsSpan(16));
        BinaryPrimitives.WriteUInt16LittleEndian(anchor.AsSpan(22), (ushort)length);
        BinaryPrimitives.WriteUInt16LittleEndian(anchor.AsSpan(28), (ushort)structures.Length);
        anchor[30] = 0x28;
        return anchor;
    }
}
