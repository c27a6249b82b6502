using System.Globalization;
using System.Text;

namespace Reprise.Gdb.Descriptions;

/// <summary>
/// i386 and x86-64 with SSE and the system registers that QEMU shows, in its order: all of them travel in g. Flags have
/// their bits' names (SDM volume 1, figure 3-8; volume 3, figure 2-7 and section 2.2.1; volume 1, figure 10-3).
/// </summary>
public static class X86Description
{
    /// <summary>The one field of two bits.</summary>
    private const string Level = "IOPL";

    private const string Feature = "org.gnu.gdb.i386.core";

    private static readonly (string Name, int Bit)[] _eflags =
    [
        ("CF", 0), ("", 1), ("PF", 2), ("AF", 4), ("ZF", 6), ("SF", 7), ("TF", 8), ("IF", 9), ("DF", 10), ("OF", 11),
        (Level, 12), ("NT", 14), ("RF", 16), ("VM", 17), ("AC", 18), ("VIF", 19), ("VIP", 20), ("ID", 21),
    ];

    private static readonly (string Name, int Bit)[] _cr0 =
    [
        ("PE", 0), ("MP", 1), ("EM", 2), ("TS", 3), ("ET", 4), ("NE", 5), ("WP", 16), ("AM", 18), ("NW", 29), ("CD", 30),
        ("PG", 31),
    ];

    private static readonly (string Name, int Bit)[] _cr4 =
    [
        ("VME", 0), ("PVI", 1), ("TSD", 2), ("DE", 3), ("PSE", 4), ("PAE", 5), ("MCE", 6), ("PGE", 7), ("PCE", 8),
        ("OSFXSR", 9), ("OSXMMEXCPT", 10), ("UMIP", 11), ("LA57", 12), ("VMXE", 13), ("SMXE", 14), ("FSGSBASE", 16),
        ("PCIDE", 17), ("OSXSAVE", 18), ("SMEP", 20), ("SMAP", 21), ("PKE", 22),
    ];

    private static readonly (string Name, int Bit)[] _efer =
        [("SCE", 0), ("LME", 8), ("LMA", 10), ("NXE", 11), ("SVME", 12), ("LMSLE", 13), ("FFXSR", 14), ("TCE", 15)];

    private static readonly (string Name, int Bit)[] _mxcsr =
    [
        ("IE", 0), ("DE", 1), ("ZE", 2), ("OE", 3), ("UE", 4), ("PE", 5), ("DAZ", 6), ("IM", 7), ("DM", 8), ("ZM", 9),
        ("OM", 10), ("UM", 11), ("PM", 12), ("FZ", 15),
    ];

    private static readonly string[] _general32 = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];

    private static readonly string[] _general64 =
    [
        "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",
        "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
    ];

    /// <summary>8 general registers of 32 bits.</summary>
    public static TargetDescription I386 { get; } = Describe(is64Bit: false);

    /// <summary>16 general registers of 64 bits.</summary>
    public static TargetDescription X64 { get; } = Describe(is64Bit: true);

    private static TargetDescription Describe(bool is64Bit)
    {
        var registers = new List<TargetRegister>();
        var width = is64Bit ? 64 : 32;
        foreach (var name in is64Bit ? _general64 : _general32)
        {
            Add(name, width, name is "esp" or "ebp" or "rsp" or "rbp" ? "data_ptr" : $"int{width}");
        }

        Add(is64Bit ? "rip" : "eip", width, "code_ptr");
        Add("eflags", 32, "x86_eflags");
        foreach (var name in (string[])["cs", "ss", "ds", "es", "fs", "gs"])
        {
            Add(name, 32, "int32");
        }

        foreach (var name in (string[])["fs_base", "gs_base", "k_gs_base"])
        {
            Add(name, width, $"int{width}");
        }

        Add("cr0", width, "x86_cr0");
        Add("cr2", width, $"int{width}");
        Add("cr3", width, "x86_cr3");
        Add("cr4", width, "x86_cr4");
        Add("cr8", width, $"int{width}");
        Add("efer", width, "x86_efer");
        for (var i = 0; i < 8; i++)
        {
            Add($"st{i}", 80, "i387_ext");
        }

        foreach (var name in (string[])["fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff", "fop"])
        {
            Add(name, 32, "int", "float");
        }

        for (var i = 0; i < (is64Bit ? 16 : 8); i++)
        {
            Add($"xmm{i}", 128, "vec128");
        }

        Add("mxcsr", 32, "x86_mxcsr", "vector");
        var annex = is64Bit ? "i386-64bit.xml" : "i386-32bit.xml";
        var stack = registers.FindIndex(register => register.Name is "esp" or "rsp");
        var counter = registers.FindIndex(register => register.Name is "eip" or "rip");
        return new TargetDescription(
            is64Bit ? "i386:x86-64" : "i386",
            [new TargetFeature(Feature, annex, registers, Types(width))],
            registers.Count,
            counter,
            [stack, counter],
            is64Bit ? "x86_64-unknown-none-elf" : "i386-unknown-none-elf")
        {
            WatchesAfterAccess = true,
        };

        void Add(string name, int bits, string type, string? group = null) =>
            registers.Add(new TargetRegister(name, registers.Count, bits, type, group));
    }

    private static string Types(int width)
    {
        var xml = new StringBuilder();
        Flags(xml, "x86_eflags", 4, _eflags);
        Flags(xml, "x86_cr0", width / 8, _cr0);
        Fields(xml, "x86_cr3", width / 8, [("PDBR", 12, width - 1), ("PCID", 0, 11)]);
        Flags(xml, "x86_cr4", width / 8, _cr4);
        Flags(xml, "x86_efer", width / 8, _efer);
        Flags(xml, "x86_mxcsr", 4, _mxcsr);
        (string Id, string Type, int Count, string Field)[] vectors =
        [
            ("v4f", "ieee_single", 4, "v4_float"), ("v2d", "ieee_double", 2, "v2_double"),
            ("v16i8", "int8", 16, "v16_int8"), ("v8i16", "int16", 8, "v8_int16"), ("v4i32", "int32", 4, "v4_int32"),
            ("v2i64", "int64", 2, "v2_int64"),
        ];
        foreach (var (id, type, count, _) in vectors)
        {
            xml.Append(CultureInfo.InvariantCulture, $"  <vector id=\"{id}\" type=\"{type}\" count=\"{count}\"/>\n");
        }

        xml.Append("  <union id=\"vec128\">\n");
        foreach (var (id, _, _, field) in vectors)
        {
            xml.Append(CultureInfo.InvariantCulture, $"    <field name=\"{field}\" type=\"{id}\"/>\n");
        }

        return xml.Append("    <field name=\"uint128\" type=\"uint128\"/>\n  </union>\n").ToString();
    }

    private static void Flags(StringBuilder xml, string id, int size, (string Name, int Bit)[] bits) =>
        Fields(xml, id, size, bits.Reverse().Select(bit => (bit.Name, bit.Bit, bit.Name == Level ? bit.Bit + 1 : bit.Bit)));

    /// <summary>From the highest bit down, as gdb is to show them.</summary>
    private static void Fields(StringBuilder xml, string id, int size, IEnumerable<(string Name, int First, int Last)> fields)
    {
        xml.Append(CultureInfo.InvariantCulture, $"  <flags id=\"{id}\" size=\"{size}\">\n");
        foreach (var (name, first, last) in fields)
        {
            xml.Append(
                CultureInfo.InvariantCulture, $"    <field name=\"{name}\" start=\"{first}\" end=\"{last}\"/>\n");
        }

        xml.Append("  </flags>\n");
    }
}
