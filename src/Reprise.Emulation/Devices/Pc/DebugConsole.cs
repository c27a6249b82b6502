using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// QEMU's and Bochs's debug console: a byte written to its port leaves the machine. Firmware knows that it is there by
/// what the port reads as (0xE9). SeaBIOS logs to one at 0x402, small kernels to one at 0xE9.
/// </summary>
public sealed class DebugConsole(string name, IOutputSink output, byte answer) : PortDevice(name), IOutputPort
{
    public override void Reset()
    {
    }

    public override void Save(StateWriter writer)
    {
    }

    public override void Restore(ref StateReader reader)
    {
    }

    protected override byte PeekPort(uint offset) => offset == 0 ? answer : Open;

    protected override void WritePort(uint offset, byte value)
    {
        if (offset == 0)
        {
            output.Write(Name, value);
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class DebugConsoleFactory : IDeviceFactory
{
    public string Type => "debug-console";

    public bool IsOnBus => false;

    public IReadOnlyList<PortRange> Ports => [new("ports", 1)];

    public string Example => "debug: { type: debug-console, ports: 0x402 }";

    public IDevice Create(DeviceSite site) => new DebugConsole(
        site.Name, site.Output, (byte)site.Options.Number("answer", 0, byte.MaxValue, fallback: 0xE9));
}
