using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Devices.Svd;

namespace Reprise.Emulation.Boards.Svd;

/// <summary>
/// What a board file says of registers that no device models: <c>svd:</c> names a file, <c>registers:</c> gives some of
/// them values to answer.
/// </summary>
internal sealed class NamedRegisters
{
    private const int MaxPages = 8192;
    private const string Scripts = "registers";

    private readonly Dictionary<string, ulong[]> _scripts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<ulong, Page> _pages = [];

    private readonly uint _pageSize;

    private NamedRegisters(uint pageSize) => _pageSize = pageSize;

    /// <summary>Reads both keys.</summary>
    /// <param name="board">The keys of the board.</param>
    /// <param name="files">Where the SVD file comes from.</param>
    /// <param name="taken">Where something else answers.</param>
    /// <param name="pageSize">Bytes in which one device answers.</param>
    /// <exception cref="BoardFileException">The SVD file is none, or a register is not there to answer.</exception>
    public static NamedRegisters Read(
        BoardFields board, BoardFileSet files, IReadOnlyList<AddressRange> taken, uint pageSize)
    {
        var result = new NamedRegisters(pageSize);
        var scripts = board.Map(Scripts).Entries;
        if (!board.Has(BoardFileSet.Svd))
        {
            return scripts.Count == 0 ? result : throw scripts[0].Key.Error("svd: FILE beside it, which names it");
        }

        var name = board.Text(BoardFileSet.Svd);
        var place = board.Find(BoardFileSet.Svd)!.Place;
        var text = BoardFileName.IsPath(name)
            ? files.ReadText(name, place, "an SVD file that is there", SvdTextReader.MaxLength)
            : throw board.Error(BoardFileSet.Svd, "the name of an SVD file, with .svd or .xml");
        var registers = SvdDevice.Read(files.Display(name), text);
        result.ReadScripts(scripts, registers);
        foreach (var register in registers)
        {
            result.Add(register, taken, place);
        }

        if (scripts.Count > 0)
        {
            var answering = result._pages.Values.SelectMany(page => page.Registers)
                .Select(register => register.Name).ToHashSet();
            foreach (var entry in scripts.Where(entry => !answering.Contains(entry.Key.Value)))
            {
                throw entry.Key.Error("a register where no device and no other register answers");
            }
        }

        return result;
    }

    /// <summary>New blocks, in order of address.</summary>
    public IEnumerable<(ulong Address, RegisterBlock Block)> Build()
    {
        foreach (var (address, page) in _pages)
        {
            var name = page.Registers[0].Name.Split('.')[0];
            yield return (address, new RegisterBlock(
                name, address, _pageSize, page.Registers, register => _scripts.GetValueOrDefault(register.Name)));
        }
    }

    private void ReadScripts(IReadOnlyList<BoardEntry> scripts, IReadOnlyList<SvdRegister> registers)
    {
        var byName = new Dictionary<string, SvdRegister>(StringComparer.Ordinal);
        foreach (var register in registers)
        {
            byName.TryAdd(register.Name, register);
        }

        foreach (var entry in scripts)
        {
            var register = byName.GetValueOrDefault(entry.Key.Value)
                ?? throw entry.Key.Error("the name of a register in the SVD file, as RCC.CR");
            var nodes = entry.Value is BoardList list ? list.Items : [entry.Value];
            var most = ulong.MaxValue >> (64 - (8 * register.Size));
            var values = nodes.Select(node =>
                node is BoardText value && BoardNumber.TryParse(value.Value, out var number) && number <= most
                    ? number
                    : throw node.Error($"a number up to 0x{most:x}")).ToArray();
            _scripts.Add(register.Name, values.Length > 0 ? values : throw entry.Value.Error("at least one value"));
        }
    }

    /// <summary>A register comes to the pages where it has a byte that no device and no other register has.</summary>
    private void Add(SvdRegister register, IReadOnlyList<AddressRange> taken, FilePlace place)
    {
        ulong size = _pageSize;
        for (var address = register.Address / size * size; address < register.End; address += size)
        {
            if (!_pages.TryGetValue(address, out var page))
            {
                if (taken.Any(range => range.Address < address + size && address < range.End))
                {
                    continue;
                }

                page = new Page(_pageSize);
                _pages.Add(address, page);
                if (_pages.Count > MaxPages)
                {
                    throw new BoardFileException(place, $"registers in at most {MaxPages} pages of {size} bytes");
                }
            }

            page.Add(register, address, register.CanRead || _scripts.ContainsKey(register.Name));
        }
    }

    /// <summary>The registers of a page, each with a byte that it is the first to have to read or to write.</summary>
    private sealed class Page(uint size)
    {
        private readonly bool[] _readable = new bool[size];
        private readonly bool[] _writable = new bool[size];

        public List<SvdRegister> Registers { get; } = [];

        public void Add(SvdRegister register, ulong address, bool canRead)
        {
            var takes = false;
            for (var i = 0ul; i < (ulong)register.Size; i++)
            {
                var offset = register.Address + i - address;
                if (offset < size)
                {
                    takes |= (canRead && !_readable[offset]) || (register.CanWrite && !_writable[offset]);
                    _readable[offset] |= canRead;
                    _writable[offset] |= register.CanWrite;
                }
            }

            if (takes)
            {
                Registers.Add(register);
            }
        }
    }
}
