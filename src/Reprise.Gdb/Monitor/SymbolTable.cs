using System.Globalization;
using Reprise.Emulation.Firmware;

namespace Reprise.Gdb.Monitor;

/// <summary>Finds names and addresses among a firmware's symbols.</summary>
internal sealed class SymbolTable
{
    private readonly Dictionary<string, FirmwareSymbol> _byName = new(StringComparer.Ordinal);
    private readonly FirmwareSymbol[] _byAddress;

    public SymbolTable(IReadOnlyList<FirmwareSymbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            _byName.TryAdd(symbol.Name, symbol);
        }

        _byAddress = [.. symbols.Where(symbol => symbol.Size > 0).OrderBy(symbol => symbol.Address)];
    }

    /// <summary>The symbol of that name; of several, the lowest.</summary>
    public FirmwareSymbol? Find(string name) => _byName.TryGetValue(name, out var symbol) ? symbol : null;

    /// <summary>The address as <c>0x1f4 &lt;main+8&gt;</c>, or bare when no symbol covers it.</summary>
    public string Describe(ulong address)
    {
        var bare = string.Create(CultureInfo.InvariantCulture, $"0x{address:x}");
        int low = 0, high = _byAddress.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _byAddress[middle].Address <= address ? (middle + 1, high) : (low, middle);
        }

        if (low == 0 || address - _byAddress[low - 1].Address >= _byAddress[low - 1].Size)
        {
            return bare;
        }

        var symbol = _byAddress[low - 1];
        var offset = address - symbol.Address;
        return $"{bare} <{symbol.Name}{(offset == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"+{offset}"))}>";
    }
}
