using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Panel;

/// <summary>
/// A light at a wire, the input <c>in</c>. Each change goes to the output port of its name, a byte 0 or 1.
/// </summary>
/// <param name="name">Name on the board, and of its output port.</param>
/// <param name="litLevel">The level at which it is on.</param>
/// <param name="output">Told of its changes.</param>
public sealed class Led(string name, bool litLevel, IOutputSink output) : IDevice, IWireInputs, ILights
{
    private bool _level;

    public string Name { get; } = name;

    /// <summary>It alone.</summary>
    public IEnumerable<Light> Lights => [new Light(Name, _level == litLevel)];

    public Action<bool>? FindInput(string name) => name == "in" ? SetLevel : null;

    public uint Read(uint offset, int size) => 0;

    public void Write(uint offset, uint value, int size)
    {
    }

    public uint Peek(uint offset, int size) => 0;

    /// <summary>The level is that of the wire, which whoever drives it puts back.</summary>
    public void Reset()
    {
    }

    public void Save(StateWriter writer) => writer.Write(_level);

    public void Restore(ref StateReader reader) => _level = reader.ReadBoolean();

    private void SetLevel(bool level)
    {
        _level = level;
        output.Write(Name, level == litLevel ? (byte)1 : (byte)0);
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class LedFactory : IDeviceFactory
{
    public string Type => "led";

    public bool IsOnBus => false;

    public string Example => "status: { type: led }";

    public IDevice Create(DeviceSite site) =>
        new Led(site.Name, !site.Options.Flag("active-low", fallback: false), site.Output);
}
