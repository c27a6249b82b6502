using Reprise.Emulation.Firmware;
using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Monitor;

/// <summary>What the commands of <c>monitor</c> work on; lives as long as the server, not the connection.</summary>
/// <param name="name">What is debugged, as the user knows it: a file's name.</param>
/// <param name="traveler">What moves.</param>
/// <param name="symbols">The firmware's names, if it has any.</param>
internal sealed class MonitorContext(string name, Traveler traveler, IReadOnlyList<FirmwareSymbol> symbols)
{
    public string Name { get; } = name;

    public Traveler Traveler { get; } = traveler;

    public Timeline Timeline => Traveler.Timeline;

    public SymbolTable Symbols { get; } = new(symbols);

    public Bookmarks Bookmarks { get; } = new(traveler.Timeline);

    /// <summary>Whether the user is to be told how gdb is made to show a new place.</summary>
    public bool Hints { get; set; }

    /// <summary>Bytes of a unit that <c>x</c> and <c>xp</c> show, and how: the last ones', where they are not told.</summary>
    public (int Size, char Style) Unit { get; set; } = (4, 'x');

    /// <summary>Asked while a command takes long; true asks to give up.</summary>
    public Func<bool> Interrupted { get; set; } = () => false;
}
