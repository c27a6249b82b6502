using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Panel;

/// <summary>
/// Up to eight buttons, each with an output of its name. A byte that comes in says which are held down from now on, the
/// first in bit 0.
/// </summary>
/// <param name="name">Name on the board, and of its input port.</param>
/// <param name="outputs">The wires of the buttons.</param>
/// <param name="pressedLevel">The level of a button that is held down.</param>
public sealed class PushButtons(string name, IReadOnlyList<InterruptLine> outputs, bool pressedLevel)
    : IDevice, IInputPort
{
    private byte _pressed;

    public string Name { get; } = name;

    public bool CanReceive => true;

    public void Receive(byte value)
    {
        _pressed = value;
        for (var i = 0; i < outputs.Count; i++)
        {
            outputs[i].Level = Level(i);
        }
    }

    public uint Read(uint offset, int size) => 0;

    public void Write(uint offset, uint value, int size)
    {
    }

    public uint Peek(uint offset, int size) => 0;

    /// <summary>Lets them go.</summary>
    public void Reset() => Receive(0);

    public void Save(StateWriter writer) => writer.Write(_pressed);

    public void Restore(ref StateReader reader)
    {
        _pressed = reader.ReadByte();
        for (var i = 0; i < outputs.Count; i++)
        {
            outputs[i].Restore(Level(i));
        }
    }

    private bool Level(int button) => ((_pressed >> button) & 1) != 0 == pressedLevel;
}

/// <summary>Makes it for board files.</summary>
internal sealed class PushButtonsFactory : IDeviceFactory
{
    private const int Most = 8;

    public string Type => "push-buttons";

    public bool IsOnBus => false;

    public string Example => "buttons: { type: push-buttons, names: [up, down], wires: { up: irq 0, down: irq 1 } }";

    public IDevice Create(DeviceSite site)
    {
        var names = site.Options.List("names");
        return names.Count is > 0 and <= Most && names.All(name => name is BoardText)
            ? new PushButtons(
                site.Name,
                [.. names.Cast<BoardText>().Select(name => site.OptionalLine(name.Value))],
                !site.Options.Flag("active-low", fallback: false))
            : throw site.Options.Error("names", $"names of 1 to {Most} buttons");
    }
}
