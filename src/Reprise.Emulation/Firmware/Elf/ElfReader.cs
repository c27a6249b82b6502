namespace Reprise.Emulation.Firmware.Elf;

/// <summary>
/// ELF executables, little-endian (System V ABI, chapters 4 and 5; ELF for the Arm Architecture). Segments are loaded
/// by their physical addresses, as a programmer writes them into flash; the zeros behind a segment are loaded too. A Multiboot
/// header with addresses goes before them.
/// </summary>
internal sealed class ElfReader
{
    private const int IdentLength = 16;
    private const int ClassOffset = 4;
    private const int DataOffset = 5;
    private const int VersionOffset = 6;
    private const uint Loadable = 1;

    private readonly ElfBytes _elf;
    private readonly string _file;

    public ElfReader(ReadOnlyMemory<byte> bytes, string file)
    {
        _file = file;
        var ident = bytes.Span;
        if (ident.Length < IdentLength)
        {
            throw new FirmwareException(file, 0, $"an ELF identification of {IdentLength} bytes");
        }

        Require(ident[ClassOffset] is 1 or 2, ClassOffset, "class 1 (32-bit) or 2 (64-bit)");
        Require(ident[DataOffset] == 1, DataOffset, "data 1 (little-endian)");
        Require(ident[VersionOffset] == 1, VersionOffset, "version 1");
        _elf = new ElfBytes(bytes, file, is64: ident[ClassOffset] == 2);
    }

    public static bool Accepts(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("\x7f"u8) && bytes[1..].StartsWith("ELF"u8);

    public FirmwareImage Read()
    {
        var header = ElfHeader.Read(_elf);
        var multiboot = header.Machine is FirmwareMachine.I386 or FirmwareMachine.X64 ? MultibootHeader.Find(_elf.All.Span) : null;
        multiboot?.Check(_file);
        var (segments, entry) = multiboot is { HasAddresses: true }
            ? (multiboot.ReadSegments(_elf.All, _file), multiboot.Entry)
            : ReadSegments(header, isWhole: multiboot is not null);
        var symbols = new ElfSymbolReader(_elf, header).Read();
        return new FirmwareImage(FirmwareFormat.Elf, header.Machine, segments, entry, symbols, multiboot);
    }

    /// <summary>
    /// What is loaded, and where it starts: the header has an address of where code runs, and what is loaded elsewhere
    /// starts there.
    /// </summary>
    private (IReadOnlyList<FirmwareSegment> Segments, ulong EntryPoint) ReadSegments(
        ElfHeader header, bool isWhole)
    {
        var entry = header.EntryPoint;
        var size = _elf.Is64 ? 56 : 32;
        var highest = _elf.Is64 ? ulong.MaxValue : uint.MaxValue;
        var segments = new SegmentList(_file);
        var table = _elf.Slice(
            header.ProgramHeaders, (ulong)(header.ProgramHeaderCount * size), "program headers", from: 0);
        for (var i = 0; i < header.ProgramHeaderCount; i++)
        {
            var at = table.Span.Slice(i * size, size);
            if (_elf.Word(at, 0) != Loadable)
            {
                continue;
            }

            var from = (long)header.ProgramHeaders + i * size;
            var fileSize = _elf.Native(at, 16, 32);
            var memorySize = _elf.Native(at, 20, 40);
            Require(memorySize >= fileSize, from, $"a segment of {fileSize} bytes in memory at least, as in the file");
            var data = fileSize == 0
                ? ReadOnlyMemory<byte>.Empty
                : _elf.Slice(_elf.Native(at, 4, 8), fileSize, "a segment", from);

            // Zeros behind the bytes belong where the segment runs. Where it is only loaded, something else may follow,
            // or the flash may end: start-up code clears them. A Multiboot loader does (3.1.3), and keeps the room free.
            var (runsAt, loadedAt) = (_elf.Native(at, 8, 16), _elf.Native(at, 12, 24));
            segments.Add(loadedAt, data, isWhole || runsAt == loadedAt ? memorySize : fileSize, highest, from, line: null);
            if (header.EntryPoint - runsAt < fileSize)
            {
                entry = header.EntryPoint - runsAt + loadedAt;
            }
        }

        return (segments.Finish(), entry);
    }

    private void Require(bool condition, long offset, string expected)
    {
        if (!condition)
        {
            throw new FirmwareException(_file, offset, expected);
        }
    }
}
