using Reprise.Cli.Options;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;

namespace Reprise.Cli.Qemu;

/// <summary>
/// A PC's debug consoles and isa-debug-exit, and the I/O ports that a command line wants them at. The board has the
/// consoles at 402h and E9h and the exit at F4h; where others are asked for, it is one of its own with them there.
/// </summary>
internal sealed class QemuPorts
{
    private const string ExitDevice = "exit";
    private const ulong UsualExit = 0xF4;
    private const ulong UsualConsole = 0xE9;

    /// <summary>QEMU's, where the command line gives none.</summary>
    private const ulong QemusExit = 0x501;

    private static readonly (string Port, ulong Base)[] _consolesOfTheBoard = [("console", UsualConsole), ("debug", 0x402)];

    private readonly List<(ulong? Base, string Device)> _consoles = [];
    private ulong? _globalBase;
    private ulong? _exit;

    /// <summary>-debugcon and -device isa-debugcon.</summary>
    /// <param name="port">Null for what -global says, or QEMU's usual one.</param>
    /// <param name="device">The host's side.</param>
    public void AddConsole(ulong? port, string device) => _consoles.Add((port, device));

    /// <summary>-device isa-debug-exit.</summary>
    /// <param name="port">Null for QEMU's usual one.</param>
    public void SetExit(ulong? port) => _exit = port ?? QemusExit;

    /// <summary>-global isa-debugcon.iobase=N. False when it is another one.</summary>
    /// <exception cref="CliException">No number.</exception>
    public bool TryReadGlobal(string text)
    {
        const string Property = "isa-debugcon.iobase=";
        if (!text.StartsWith(Property, StringComparison.Ordinal))
        {
            return false;
        }

        _globalBase = Number("-global isa-debugcon.iobase", text[Property.Length..]);
        return true;
    }

    /// <summary>The number of a port.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public static ulong Number(string option, string text)
    {
        try
        {
            return Quantity.Parse(text) is var port && port <= ushort.MaxValue
                ? port
                : throw new CliException($"{option}={text}: an I/O port is at most 0xffff.");
        }
        catch (FormatException e)
        {
            throw new CliException($"{option}: {e.Message}.");
        }
    }

    /// <summary>The board's ports for the consoles, and the host's side of each.</summary>
    /// <exception cref="CliException">There are more than the board has.</exception>
    public IReadOnlyList<(string Port, string Device)> Consoles() => [.. Places().Select(place => (place.Port, place.Device))];

    /// <summary>The board with its ports where they are asked for.</summary>
    /// <exception cref="BoardFileException">Something else is there.</exception>
    public Board Apply(Board board)
    {
        var moved = Places().Where(place => !_consolesOfTheBoard.Contains((place.Port, place.Base)))
            .Select(place => $"  {place.Port}: {{ ports: {place.Base} }}\n").ToList();
        if (_exit is { } exit and not UsualExit)
        {
            moved.Add($"  {ExitDevice}: {{ ports: {exit} }}\n");
        }

        return moved.Count > 0 ? board.With("devices:\n" + string.Concat(moved), "-device") : board;
    }

    private List<(string Port, ulong Base, string Device)> Places()
    {
        var places = new List<(string Port, ulong Base, string Device)>();
        var wanted = _consoles.Select(console => (Base: console.Base ?? _globalBase ?? UsualConsole, console.Device)).ToList();
        foreach (var (port, device) in wanted)
        {
            // One at a port of the board's is that one; another takes one that nobody wants.
            var name = Array.Find(_consolesOfTheBoard, known => known.Base == port).Port
                ?? _consolesOfTheBoard.Where(known => !wanted.Exists(other => other.Base == known.Base))
                    .Select(known => known.Port).FirstOrDefault(known => !places.Exists(place => place.Port == known))
                ?? throw new CliException($"-device isa-debugcon: the board has {_consolesOfTheBoard.Length} of them.");
            places.Add((name, port, device));
        }

        return places;
    }
}
