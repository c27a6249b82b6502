using System.Buffers.Binary;
using System.Text;

namespace Reprise.Emulation.Tests.Firmware;

/// <summary>Writes small ELF files: header, program headers, contents, symbols, section headers.</summary>
internal sealed class ElfBuilder(ushort machine = 40, bool is64 = false)
{
    private readonly List<(ulong Virtual, ulong Physical, byte[] Data, ulong MemorySize)> _segments = [];
    private readonly List<(string Name, ulong Address, ulong Size, int Type)> _symbols = [];

    public ulong EntryPoint { get; init; } = 0x101;

    public int HeaderSize => is64 ? 64 : 52;

    public int ProgramHeaderSize => is64 ? 56 : 32;

    public ElfBuilder Segment(ulong physical, byte[] data, ulong? memorySize = null, ulong? at = null)
    {
        _segments.Add((at ?? physical, physical, data, memorySize ?? (ulong)data.Length));
        return this;
    }

    public ElfBuilder Symbol(string name, ulong address, int type, ulong size = 0)
    {
        _symbols.Add((name, address, size, type));
        return this;
    }

    public byte[] Build()
    {
        var contents = new MemoryStream();
        var headers = HeaderSize + _segments.Count * ProgramHeaderSize;
        var programHeaders = new MemoryStream();
        foreach (var (address, physical, data, memorySize) in _segments)
        {
            var offset = (ulong)(headers + contents.Length);
            contents.Write(data);
            programHeaders.Write(is64
                ? [.. Bytes(1), .. Bytes(5), .. Native(offset, address, physical, (ulong)data.Length, memorySize, 4)]
                : [.. Bytes(1), .. Native(offset, address, physical, (ulong)data.Length, memorySize, 5, 4)]);
        }

        var names = new MemoryStream();
        names.WriteByte(0);
        var symbols = new MemoryStream();
        symbols.Write(new byte[is64 ? 24 : 16]);
        foreach (var (name, address, size, type) in _symbols)
        {
            var at = (uint)names.Length;
            names.Write([.. Encoding.UTF8.GetBytes(name), 0]);
            symbols.Write(is64
                ? [.. Bytes(at), (byte)type, 0, 1, 0, .. Native(address, size)]
                : [.. Bytes(at), .. Native(address, size), (byte)type, 0, 1, 0]);
        }

        var symbolsAt = (ulong)(headers + contents.Length);
        var namesAt = symbolsAt + (ulong)symbols.Length;
        var sectionsAt = namesAt + (ulong)names.Length;
        return
        [
            .. Header(sectionsAt),
            .. programHeaders.ToArray(),
            .. contents.ToArray(),
            .. symbols.ToArray(),
            .. names.ToArray(),
            .. Section(0, 0, 0, 0, 0),
            .. Section(2, symbolsAt, (ulong)symbols.Length, 2, is64 ? 24u : 16u),
            .. Section(3, namesAt, (ulong)names.Length, 0, 0),
        ];
    }

    private byte[] Header(ulong sectionsAt) =>
    [
        0x7f, (byte)'E', (byte)'L', (byte)'F', (byte)(is64 ? 2 : 1), 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        2, 0, (byte)machine, (byte)(machine >> 8), .. Bytes(1), .. Native(EntryPoint, (ulong)HeaderSize, sectionsAt),
        .. Bytes(0), (byte)HeaderSize, 0, (byte)ProgramHeaderSize, 0, (byte)_segments.Count, 0,
        (byte)(is64 ? 64 : 40), 0, 3, 0, 0, 0,
    ];

    private byte[] Section(uint type, ulong offset, ulong size, uint link, uint entrySize) =>
    [
        .. Bytes(0), .. Bytes(type), .. Native(0, 0, offset, size), .. Bytes(link), .. Bytes(0),
        .. Native(1, entrySize),
    ];

    private byte[] Native(params ulong[] values) =>
        [.. values.SelectMany(v => is64 ? [.. Bytes((uint)v), .. Bytes((uint)(v >> 32))] : Bytes((uint)v))];

    private static byte[] Bytes(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
