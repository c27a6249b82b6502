using System.Globalization;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;

namespace Reprise.Cli.Sessions;

/// <summary>
/// Names the first accesses to registers that only the board's SVD file knows, and counts all. The same access over and
/// over, as by a loop that polls, is named once; one that is made again on a journey through the past counts once.
/// </summary>
/// <param name="symbols">Of the firmware.</param>
/// <param name="shown">Accesses to name.</param>
/// <param name="output">Where they go.</param>
internal sealed class RegisterLog(IReadOnlyList<FirmwareSymbol> symbols, ulong shown, TextWriter output)
{
    /// <summary>Accesses that are named unless told otherwise.</summary>
    public const ulong DefaultShown = 20;

    private readonly CodePlaces _places = new(symbols);
    private ulong _count;
    private ulong _named;
    private ulong? _last;
    private ulong? _heard;
    private RegisterAccess _before;

    public void Add(RegisterAccess access)
    {
        // An instruction may make several accesses at its position.
        var isAgain = access.Position < _last || (access.Position == _last && _heard != _last);
        _heard = access.Position;
        if (isAgain)
        {
            return;
        }

        _last = access.Position;
        _count++;
        var isSame = _count > 1 && access with { Position = _before.Position } == _before;
        _before = access;
        if (!isSame && _named++ < shown)
        {
            output.WriteLine(Describe(access));
        }
    }

    /// <summary>Says how many there were, if not all were named.</summary>
    public void PrintTotal()
    {
        if (_named > shown && shown > 0)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_count:n0} accesses to registers that no device has; the first {shown} are named above "
                + $"(--log-registers N names more)"));
        }
    }

    /// <summary>"RCC.CR &lt;- 0x01000083 at main+0x12".</summary>
    private string Describe(RegisterAccess access)
    {
        var arrow = access.IsWrite ? "<-" : "->";
        var value = access.Value.ToString($"x{2 * access.Size}", CultureInfo.InvariantCulture);
        var place = _places.Find(access.ProgramCounter) ?? $"0x{access.ProgramCounter:x8}";
        if (access.Register is not { } register)
        {
            return $"0x{access.Address:x8} {arrow} 0x{value} at {place}";
        }

        var offset = access.Address - register.Address;
        var against = access.IsWrite && !register.CanWrite ? " (read-only)"
            : !access.IsWrite && !register.CanRead ? " (write-only)"
            : "";
        return $"{register.Name}{(offset > 0 ? $"+{offset}" : "")} {arrow} 0x{value} at {place}{against}";
    }
}
