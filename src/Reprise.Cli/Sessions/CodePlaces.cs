using Reprise.Emulation.Firmware;

namespace Reprise.Cli.Sessions;

/// <summary>Names of places in the firmware's code.</summary>
/// <param name="symbols">Of the firmware.</param>
internal sealed class CodePlaces(IReadOnlyList<FirmwareSymbol> symbols)
{
    /// <summary>"function+0x12", or null when no function is known there.</summary>
    public string? Find(ulong address)
    {
        foreach (var symbol in symbols)
        {
            if (symbol.IsFunction && address >= symbol.Address && address - symbol.Address < Math.Max(symbol.Size, 2))
            {
                return $"{symbol.Name}+0x{address - symbol.Address:x}";
            }
        }

        return null;
    }
}
