using Reprise.Emulation.Boards.Files;

namespace Reprise.Emulation.Boards.Wiring;

/// <summary>The outputs of a device that a board file gives a wire: <c>wires:</c>, or <c>irq:</c> for the usual one.</summary>
internal sealed class DeviceWires
{
    /// <summary>The output of a device that has one interrupt.</summary>
    public const string Interrupt = "irq";

    private const string All = "wires";

    private readonly BoardFields _options;
    private readonly BoardFields _wires;

    public DeviceWires(BoardFields options, string device)
    {
        _options = options;
        _wires = new BoardFields(options.Map(All), $"the wires of '{device}'");
    }

    public bool Has(string output) => (output == Interrupt && _options.Has(Interrupt)) || _wires.Has(output);

    /// <summary>Where an output's wire ends; nowhere when the file says nothing of it.</summary>
    public IEnumerable<WireTarget> TargetsOf(string output)
    {
        var nodes = _wires.List(output);
        return output == Interrupt
            ? _options.List(Interrupt).Select(WireTarget.ReadInterrupt).Concat(nodes.Select(WireTarget.Read))
            : nodes.Select(WireTarget.Read);
    }

    /// <exception cref="BoardFileException">The file has a wire for an output that nobody asked for.</exception>
    public void Finish() => _wires.Finish();
}
