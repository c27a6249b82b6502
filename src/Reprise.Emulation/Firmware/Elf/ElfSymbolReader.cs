using System.Text;

namespace Reprise.Emulation.Firmware.Elf;

/// <summary>
/// The names of .symtab. A file has no more symbols than bytes, but many symbols may share one long string, so the
/// names are bounded together.
/// </summary>
internal sealed class ElfSymbolReader(ElfBytes elf, ElfHeader header)
{
    private const int MaximumNameBytes = 64 * 1024 * 1024;
    private const uint SymbolTable = 2;
    private const uint StringTable = 3;
    private const int LastPlainType = 2; // no type, object, function; then sections, files and others
    private const int Function = 2;

    private readonly int _sectionSize = elf.Is64 ? 64 : 40;
    private readonly int _symbolSize = elf.Is64 ? 24 : 16;
    private long _nameBytes;

    public IReadOnlyList<FirmwareSymbol> Read()
    {
        var symbols = new List<FirmwareSymbol>();
        if (header.SectionHeaders == 0)
        {
            return symbols;
        }

        var sections = elf.Slice(
            header.SectionHeaders, (ulong)(header.SectionHeaderCount * _sectionSize), "section headers", from: 0);
        var found = false;
        for (var i = 0; i < header.SectionHeaderCount; i++)
        {
            if (elf.Word(Section(sections, i), 4) != SymbolTable)
            {
                continue;
            }

            if (found)
            {
                throw elf.Error(FileOffset(i), "one symbol table, but this is a second");
            }

            found = true;
            ReadTable(sections, i, symbols);
        }

        symbols.Sort((a, b) => a.Address != b.Address
            ? a.Address.CompareTo(b.Address)
            : string.CompareOrdinal(a.Name, b.Name));
        return symbols;
    }

    private void ReadTable(ReadOnlyMemory<byte> sections, int index, List<FirmwareSymbol> symbols)
    {
        var section = Section(sections, index);
        var from = FileOffset(index);
        var link = elf.Word(section, elf.Is64 ? 40 : 24);
        if (elf.Native(section, 36, 56) != (ulong)_symbolSize)
        {
            throw elf.Error(from, $"symbols of {_symbolSize} bytes");
        }

        if (link >= header.SectionHeaderCount || elf.Word(Section(sections, (int)link), 4) != StringTable)
        {
            throw elf.Error(from, "a link to the string table of the symbols");
        }

        var table = Content(section, "a symbol table", from);
        var names = Content(Section(sections, (int)link), "a string table", FileOffset((int)link)).Span;
        if (table.Length % _symbolSize != 0)
        {
            throw elf.Error(from, $"a symbol table of a multiple of {_symbolSize} bytes");
        }

        var tableOffset = (long)elf.Native(section, 16, 24);
        for (var at = 0; at < table.Length; at += _symbolSize)
        {
            if (ReadSymbol(table.Span.Slice(at, _symbolSize), names, tableOffset + at) is { } symbol)
            {
                symbols.Add(symbol);
            }
        }
    }

    private FirmwareSymbol? ReadSymbol(ReadOnlySpan<byte> symbol, ReadOnlySpan<byte> names, long from)
    {
        var type = symbol[elf.Is64 ? 4 : 12] & 15;
        var isDefined = elf.Half(symbol, elf.Is64 ? 6 : 14) != 0;
        if (type > LastPlainType || !isDefined)
        {
            return null;
        }

        var name = Name(names, elf.Word(symbol, 0), from);
        _nameBytes += name.Length;
        if (_nameBytes > MaximumNameBytes)
        {
            throw elf.Error(from, $"names of at most {MaximumNameBytes} bytes together");
        }

        var isArm = header.Machine == FirmwareMachine.Arm;
        if (name.IsEmpty || (isArm && IsMapping(name)))
        {
            return null;
        }

        var address = elf.Native(symbol, 4, 8);
        if (isArm && type == Function)
        {
            address &= ~1ul;
        }

        var size = elf.Native(symbol, 8, 16);
        return new FirmwareSymbol(Encoding.UTF8.GetString(name), address, size, type == Function);
    }

    /// <summary>$a, $t, $d mark where code and data begin (ELF for the Arm Architecture, "Mapping symbols").</summary>
    private static bool IsMapping(ReadOnlySpan<byte> name) =>
        name.Length >= 2 && name[0] == '$' && name[1] is (byte)'a' or (byte)'t' or (byte)'d'
        && (name.Length == 2 || name[2] == '.');

    private ReadOnlySpan<byte> Name(ReadOnlySpan<byte> names, uint offset, long from)
    {
        if (offset >= (uint)names.Length)
        {
            throw elf.Error(from, $"a name inside the string table of {names.Length} bytes, not at {offset}");
        }

        var rest = names[(int)offset..];
        var length = rest.IndexOf((byte)0);
        return length >= 0 ? rest[..length] : throw elf.Error(from, "a name that ends inside the string table");
    }

    private ReadOnlySpan<byte> Section(ReadOnlyMemory<byte> sections, int index) =>
        sections.Span.Slice(index * _sectionSize, _sectionSize);

    private long FileOffset(int index) => (long)header.SectionHeaders + index * _sectionSize;

    private ReadOnlyMemory<byte> Content(ReadOnlySpan<byte> section, string what, long from) =>
        elf.Slice(elf.Native(section, 16, 24), elf.Native(section, 20, 32), what, from);
}
