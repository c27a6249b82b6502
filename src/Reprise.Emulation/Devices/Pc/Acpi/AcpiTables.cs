using System.Buffers.Binary;

namespace Reprise.Emulation.Devices.Pc.Acpi;

/// <summary>
/// The ACPI tables of the board <c>pc</c> as files of fw_cfg: the tables, the pointer to them, and the script by which
/// firmware places them, fills in addresses and checksums.
/// </summary>
internal sealed class AcpiTables
{
    public const string TablesFile = "etc/acpi/tables";
    public const string PointerFile = "etc/acpi/rsdp";
    public const string LoaderFile = "etc/table-loader";

    private const int Room = 0x2_0000; // as on QEMU: firmware reserves as much
    private const int FacsSize = 64;

    private readonly List<byte> _tables = [];
    private readonly TableLoader _loader = new();
    private readonly byte[] _pointer = new byte[20];

    /// <param name="ramSize">Bytes of RAM from 0 on.</param>
    public AcpiTables(uint ramSize)
    {
        _loader.Allocate(PointerFile, alignment: 16, isLow: true);
        _loader.Allocate(TablesFile, alignment: 64, isLow: false);
        var facs = Add(Facs());
        var dsdt = Add(AcpiTable.Of("DSDT", 1, PcDsdt.Write(ramSize)));
        var fadt = Add(Fadt(facs, dsdt), firstPointer: 36, lastPointer: 40);
        int[] pointed = [fadt, Add(Madt()), Add(Hpet()), Add(Waet())];
        var body = new byte[pointed.Length * sizeof(uint)];
        for (var i = 0; i < pointed.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(i * sizeof(uint)), pointed[i]);
        }

        var rsdt = Add(AcpiTable.Of("RSDT", 1, body), AcpiTable.HeaderSize, AcpiTable.HeaderSize + body.Length - sizeof(uint));
        "RSD PTR "u8.CopyTo(_pointer);
        "REPRIS"u8.CopyTo(_pointer.AsSpan(9));
        BinaryPrimitives.WriteInt32LittleEndian(_pointer.AsSpan(16), rsdt);
        _loader.AddPointer(PointerFile, TablesFile, 16);
        _loader.AddChecksum(PointerFile, 8, 0, _pointer.Length);
    }

    /// <summary>The files, by name.</summary>
    public IEnumerable<(string Name, byte[] Content)> Files =>
    [
        (TablesFile, [.. _tables, .. new byte[Room - _tables.Count]]),
        (PointerFile, _pointer),
        (LoaderFile, _loader.ToArray()),
    ];

    private static byte[] Facs()
    {
        var facs = new byte[FacsSize];
        "FACS"u8.CopyTo(facs);
        facs[4] = FacsSize;
        return facs;
    }

    // Fixed description (ACPI 1.0b, 5.2.5): the registers of the PIIX4 where firmware puts them.
    private static byte[] Fadt(int facs, int dsdt)
    {
        var body = new byte[116 - AcpiTable.HeaderSize];
        Put(body, 36, facs);
        Put(body, 40, dsdt);
        body[44 - AcpiTable.HeaderSize] = 1; // there are APICs
        body[46 - AcpiTable.HeaderSize] = 9; // SCI
        Put(body, 48, 0xB2); // the port that switches ACPI on, and the values for it
        (body[52 - AcpiTable.HeaderSize], body[53 - AcpiTable.HeaderSize]) = (0xF1, 0xF0);
        Put(body, 56, 0x600); // events
        Put(body, 64, 0x604); // control
        Put(body, 76, 0x608); // timer
        (body[88 - AcpiTable.HeaderSize], body[89 - AcpiTable.HeaderSize], body[91 - AcpiTable.HeaderSize]) = (4, 2, 4);
        Put(body, 96, 0x0FFF_0FFF); // no deeper states of the processor
        body[108 - AcpiTable.HeaderSize] = 0x32; // the clock's century
        Put(body, 112, 0x80A5); // WBINVD, C1, no sleep button, no wake by the clock from S4, a trusted timer
        return AcpiTable.Of("FACP", 1, body);
    }

    // Multiple APIC description (5.2.12): one processor, one I/O APIC, where its inputs differ from the ISA's interrupts.
    private static byte[] Madt()
    {
        List<byte> body = [.. Word(0xFEE0_0000), .. Word(1), 0, 8, 0, 0, .. Word(1), 1, 12, 0, 0, .. Word(0xFEC0_0000), .. Word(0)];
        body.AddRange([2, 10, 0, 0, .. Word(2), 0, 0]);
        foreach (var level in (byte[])[5, 9, 10, 11])
        {
            body.AddRange([2, 10, 0, level, .. Word(level), 0x0D, 0]); // high when it asks, by level
        }

        body.AddRange([4, 6, 0xFF, 0, 0, 1]); // NMI at LINT1 of all processors
        return AcpiTable.Of("APIC", 1, body.ToArray());
    }

    // IA-PC HPET specification 1.0a, 3.2.4.
    private static byte[] Hpet() =>
        AcpiTable.Of("HPET", 1, [.. Word(0x8086_A201), 0, 0, 0, 0, .. Word(0xFED0_0000), .. Word(0), 0, 0, 0, 0]);

    // Of Windows: its power management timer reads right at once.
    private static byte[] Waet() => AcpiTable.Of("WAET", 1, Word(2));

    private static byte[] Word(uint value) => BitConverter.GetBytes(value);

    private static void Put(byte[] body, int offset, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(offset - AcpiTable.HeaderSize), value);

    // Puts a table behind the others; pointers in it are words, one behind the other.
    private int Add(byte[] table, int firstPointer = 0, int lastPointer = -1)
    {
        var start = _tables.Count;
        _tables.AddRange(table);
        for (var at = firstPointer; at <= lastPointer; at += sizeof(uint))
        {
            _loader.AddPointer(TablesFile, TablesFile, start + at);
        }

        if (table.Length != FacsSize || table[0] != (byte)'F')
        {
            _loader.AddChecksum(TablesFile, start + AcpiTable.Checksum, start, table.Length);
        }

        return start;
    }
}
