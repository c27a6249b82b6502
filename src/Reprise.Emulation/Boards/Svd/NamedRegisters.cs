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
    private readonly SortedDictionary<ulong, List<SvdRegister>> _pages = [];

    private NamedRegisters()
    {
    }

    /// <summary>Reads both keys.</summary>
    /// <param name="board">The keys of the board.</param>
    /// <param name="files">Where the SVD file comes from.</param>
    /// <param name="taken">Where something else answers.</param>
    /// <exception cref="BoardFileException">The SVD file is none, or a register is not there to answer.</exception>
    public static NamedRegisters Read(BoardFields board, BoardFileSet files, IReadOnlyList<AddressRange> taken)
    {
        var result = new NamedRegisters();
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
            var answering = result._pages.Values.SelectMany(page => page).Select(register => register.Name).ToHashSet();
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
        foreach (var (address, registers) in _pages)
        {
            var name = registers[0].Name.Split('.')[0];
            yield return (address, new RegisterBlock(
                name, address, registers, register => _scripts.GetValueOrDefault(register.Name)));
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

    /// <summary>A register comes to the pages that it has a byte in, unless another device or register is there.</summary>
    private void Add(SvdRegister register, IReadOnlyList<AddressRange> taken, FilePlace place)
    {
        const ulong size = RegisterBlock.Size;
        for (var page = register.Address / size * size; page < register.End; page += size)
        {
            if (!_pages.TryGetValue(page, out var registers))
            {
                if (taken.Any(range => range.Address < page + size && page < range.End))
                {
                    continue;
                }

                registers = [];
                _pages.Add(page, registers);
                if (_pages.Count > MaxPages)
                {
                    throw new BoardFileException(place, $"registers in at most {MaxPages} pages of {size} bytes");
                }
            }

            // A block takes so many at most: each that counts has a byte of its own to read or to write.
            var isHidden = registers.Count > 0 && registers.Exists(other => Hides(other, register));
            if (!isHidden && registers.Count < 2 * (int)size)
            {
                registers.Add(register);
            }
        }
    }

    private bool Hides(SvdRegister first, SvdRegister second) =>
        first.Address <= second.Address && first.End >= second.End
        && (CanRead(first) || !CanRead(second)) && (first.CanWrite || !second.CanWrite);

    private bool CanRead(SvdRegister register) => register.CanRead || _scripts.ContainsKey(register.Name);
}
