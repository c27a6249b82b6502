using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Boards.Wiring;

/// <summary>A place where wires end, high while any of them is.</summary>
/// <param name="target">Which place.</param>
internal sealed class WireEnd(WireTarget target)
{
    private readonly List<InterruptLine> _lines = [];

    public WireTarget Target => target;

    /// <summary>What is there; nothing until the board is whole.</summary>
    public Action<bool> Sink { get; set; } = _ => { };

    public void Add(InterruptLine line) => _lines.Add(line);

    /// <summary>One of the wires has changed; while another one is high, that changes nothing here.</summary>
    public void Change(InterruptLine changed, bool level)
    {
        foreach (var line in _lines)
        {
            if (line != changed && line.Level)
            {
                return;
            }
        }

        Sink(level);
    }
}
