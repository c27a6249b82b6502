using System.Globalization;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Unicorn;

namespace Reprise.Cli.Sessions;

/// <summary>
/// Names the first accesses that nothing on the board answered, or that the guest's own protection denied, and counts all:
/// they are faults to the guest, and often the reason why it does not work. An access that is made again on a journey through the past counts once.
/// </summary>
internal sealed class UnansweredLog(
    IReadOnlyList<FirmwareSymbol> symbols, IReadOnlyList<AddressRange> tags, TextWriter output)
{
    private const ulong Shown = 5;

    private readonly CodePlaces _places = new(symbols);
    private ulong _count;
    private ulong? _last;

    public void Add(UnansweredAccess access)
    {
        if (access.Position <= _last)
        {
            return;
        }

        _last = access.Position;
        if (++_count <= Shown)
        {
            var verb = access.Access switch
            {
                MemoryAccess.Write => "write to",
                MemoryAccess.Fetch => "fetch from",
                _ => "read from",
            };
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(access.IsDenied ? "denied" : "unanswered")} {verb} 0x{access.Address:x8}{Tag(access.Address)} at position {access.Position:n0}, "
                + $"pc 0x{access.ProgramCounter:x8}{Place(access.ProgramCounter)}"));
        }
    }

    /// <summary>Says how many there were, if not all were named.</summary>
    public void PrintTotal()
    {
        if (_count > Shown)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_count:n0} accesses faulted; the first {Shown} are named above"));
        }
    }

    /// <summary>" (rcc+0x4)", or nothing when the board has no name for it.</summary>
    private string Tag(ulong address)
    {
        foreach (var tag in tags)
        {
            if (address >= tag.Address && address < tag.End)
            {
                return $" ({tag.Name}+0x{address - tag.Address:x})";
            }
        }

        return "";
    }

    /// <summary>" (function+0x12)", or nothing when no function is known there.</summary>
    private string Place(ulong address) => _places.Find(address) is { } place ? $" ({place})" : "";
}
