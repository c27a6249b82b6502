using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Boards.Wiring;

/// <summary>
/// All wires of a board's devices. Several that end at one place are ORed there. It has no state: the level at a place is
/// that of its wires, which their devices restore.
/// </summary>
/// <param name="inputs">Where wires end that do not end at a device.</param>
internal sealed class WireBoard(ICpuInputs inputs)
{
    private readonly Dictionary<string, WireEnd> _ends = new(StringComparer.Ordinal);

    /// <summary>A new wire to some places.</summary>
    public InterruptLine Connect(IEnumerable<WireTarget> targets)
    {
        var ends = targets.Select(EndOf).ToArray();
        InterruptLine? line = null;
        line = new InterruptLine(0, (_, level) =>
        {
            foreach (var end in ends)
            {
                end.Change(line!, level);
            }
        });
        foreach (var end in ends)
        {
            end.Add(line);
        }

        return line;
    }

    /// <summary>Joins the ends to what is there, once all devices are.</summary>
    /// <exception cref="Files.BoardFileException">A wire ends where nothing is.</exception>
    public void Join(IReadOnlyDictionary<string, IDevice> devices)
    {
        foreach (var end in _ends.Values)
        {
            end.Sink = SinkOf(end.Target, devices);
        }
    }

    private WireEnd EndOf(WireTarget target)
    {
        if (!_ends.TryGetValue(target.Text, out var end))
        {
            end = new WireEnd(target);
            _ends.Add(target.Text, end);
        }

        return end;
    }

    private Action<bool> SinkOf(WireTarget target, IReadOnlyDictionary<string, IDevice> devices)
    {
        if (target.Interrupt is { } number)
        {
            return number < (ulong)inputs.InterruptCount
                ? level => inputs.SetInterrupt((int)number, level)
                : throw target.Error($"an interrupt from 0 to {inputs.InterruptCount - 1}");
        }

        switch (target.Text)
        {
            case WireTarget.Nmi:
                return inputs.SetNmi;
            case WireTarget.Reset:
                return level =>
                {
                    if (level)
                    {
                        inputs.RequestReset();
                    }
                };
        }

        if (inputs.FindInput(target.Text) is { } input)
        {
            return input;
        }

        var dot = target.Text.IndexOf('.', StringComparison.Ordinal);
        return dot < 0
            ? throw target.Error("where a wire ends: irq NUMBER, nmi, reset or DEVICE.INPUT")
            : !devices.TryGetValue(target.Text[..dot], out var device)
            ? throw target.Error("an input of a device that is there")
            : (device as IWireInputs)?.FindInput(target.Text[(dot + 1)..])
                ?? throw target.Error($"an input that '{device.Name}' has");
    }
}
