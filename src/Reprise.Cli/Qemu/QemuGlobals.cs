using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;

namespace Reprise.Cli.Qemu;

/// <summary>
/// What <c>-global DRIVER.PROPERTY=VALUE</c> changes of a board: the sizes of the micro:bit's memories, as MicroPython
/// wants them. The board is then one of its own, which extends QEMU's.
/// </summary>
internal sealed class QemuGlobals
{
    private const string Extended = "microbit";
    private const string FlashSize = "nrf51-soc.flash-size";
    private const string RamSize = "nrf51-soc.sram-size";

    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    private string Text
    {
        get
        {
            var text = "memory:\n  flash: {}\n";
            if (_values.TryGetValue(RamSize, out var ram))
            {
                text += $"  sram: {{ size: {ram} }}\n";
            }

            if (_values.TryGetValue(FlashSize, out var flash))
            {
                text = text.Replace("flash: {}", $"flash: {{ size: {flash} }}", StringComparison.Ordinal)
                    + $"devices:\n  ficr: {{ flash-size: {flash} }}\n  nvmc: {{ flash-size: {flash} }}\n"
                    + $"  flash: {{ size: {flash} }}\n";
            }

            return text;
        }
    }

    /// <summary>Takes one; false when it changes nothing here.</summary>
    public bool TryAdd(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? text : text[..equals];
        if (equals < 0 || name is not (FlashSize or RamSize)
            || text.AsSpan(equals + 1).ContainsAnyExcept("0123456789abcdefABCDEFx"))
        {
            return false;
        }

        _values[name] = text[(equals + 1)..];
        return true;
    }

    /// <summary>The board with what was changed of it.</summary>
    /// <exception cref="BoardFileException">The sizes are none for a memory.</exception>
    public Board Apply(Board board) =>
        _values.Count > 0 && board.Name == Extended ? board.With(Text, "-global") : board;
}
