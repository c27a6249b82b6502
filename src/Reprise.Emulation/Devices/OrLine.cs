namespace Reprise.Emulation.Devices;

/// <summary>
/// Several wires on one interrupt input: high while any of them is. Restoring a snapshot restores the wires' levels,
/// which are this gate's only state.
/// </summary>
public sealed class OrLine(int number, Action<int, bool> changed)
{
    private readonly List<InterruptLine> _wires = [];

    /// <summary>A new wire into the gate.</summary>
    public InterruptLine CreateWire()
    {
        var wire = new InterruptLine(number, (_, _) => changed(number, _wires.Exists(line => line.Level)));
        _wires.Add(wire);
        return wire;
    }
}
