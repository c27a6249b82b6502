using System.Globalization;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Devices;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Input;

// Goal: a script's bytes come at the script's positions, next to what comes from elsewhere.
//
// Invariants:
// - Each port takes its lines in order; a byte that its port can't take yet holds up those behind it, not other ports.
// - What is planned and due goes first: it depends on nothing that another run may not have.

/// <summary>Input that a script plans, then whatever another source has.</summary>
internal sealed class ScheduledInput : IHostInput
{
    private readonly InputScript _script;
    private readonly IHostInput _other;
    private readonly Dictionary<string, PortQueue> _queues;
    private readonly IReadOnlyList<IInputPort> _ports;

    /// <exception cref="CliException">A line names a port that the board does not have.</exception>
    public ScheduledInput(InputScript script, IReadOnlyList<IInputPort> ports, IHostInput other)
    {
        _script = script;
        _other = other;
        _ports = ports;
        _queues = script.Lines.GroupBy(line => line.Port)
            .ToDictionary(lines => lines.Key, lines => new PortQueue([.. lines]));
        if (script.Lines.FirstOrDefault(line => ports.All(port => port.Name != line.Port)) is { } unknown)
        {
            var known = string.Join(", ", ports.Select(port => port.Name));
            throw new CliException($"{script.Path}:{unknown.Number}: expected an input port of the board ({known}), "
                + $"not '{unknown.Port}'.");
        }
    }

    public bool CanDeliver => _other.CanDeliver || HasPlanned;

    /// <summary>Something is planned, for whatever position, that a port could take now.</summary>
    private bool HasPlanned =>
        _ports.Any(port => port.CanReceive && _queues.TryGetValue(port.Name, out var queue) && queue.Next is not null);

    public ulong NextPosition(ulong position)
    {
        var next = _other.NextPosition(position);
        foreach (var queue in _queues.Values)
        {
            next = queue.Next is { } line && line.Position > position ? Math.Min(next, line.Position) : next;
        }

        return next;
    }

    public bool HasByte(IInputPort port, ulong position) => IsDue(port, position) || _other.HasByte(port, position);

    public bool TryRead(IInputPort port, ulong position, out byte value)
    {
        if (!IsDue(port, position))
        {
            return _other.TryRead(port, position, out value);
        }

        value = _queues[port.Name].Take();
        return true;
    }

    public void Wait()
    {
        if (!HasPlanned)
        {
            _other.Wait();
        }
    }

    /// <summary>What the guest did not get; null when it got all.</summary>
    public string? DescribeRest()
    {
        var rest = _queues.Values.SelectMany(queue => queue.Rest).OrderBy(line => line.Number).ToList();
        return rest.Count == 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{_script.Path}: the run ended before {rest.Count} of {_script.Lines.Count} lines were taken; the first "
            + $"is line {rest[0].Number} ({rest[0].Port} at {rest[0].Position:n0})");
    }

    private bool IsDue(IInputPort port, ulong position) =>
        _queues.TryGetValue(port.Name, out var queue) && queue.Next is { } line && line.Position <= position;

    private sealed class PortQueue(IReadOnlyList<InputLine> lines)
    {
        private int _line;
        private int _byte;

        public InputLine? Next => _line < lines.Count ? lines[_line] : null;

        public IEnumerable<InputLine> Rest => lines.Skip(_line);

        public byte Take()
        {
            var value = lines[_line].Bytes.Span[_byte++];
            if (_byte == lines[_line].Bytes.Length)
            {
                _line++;
                _byte = 0;
            }

            return value;
        }
    }
}
