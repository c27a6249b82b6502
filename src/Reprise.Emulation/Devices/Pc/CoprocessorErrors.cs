using Reprise.Emulation.Boards;
using Reprise.Emulation.Cpus.X86;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// What a PC has between the x87's FERR# and interrupt 13 (SDM volume 1, D.2.1.2): an error asks for the interrupt, until a
/// write to port F0h has the processor ignore the error as long as it is there.
/// </summary>
/// <param name="name">Its name on the board.</param>
/// <param name="line">The interrupt.</param>
public sealed class CoprocessorErrors(string name, InterruptLine line) : PortDevice(name), ICoprocessorErrors
{
    public bool IsIgnored { get; private set; }

    public void Raise() => line.Level = !IsIgnored;

    public void Clear() => IsIgnored = false;

    public override void Reset() => (IsIgnored, line.Level) = (false, false);

    public override void Save(StateWriter writer)
    {
        writer.Write(IsIgnored);
        writer.Write(line.Level);
    }

    public override void Restore(ref StateReader reader)
    {
        IsIgnored = reader.ReadBoolean();
        line.Restore(reader.ReadBoolean());
    }

    protected override byte PeekPort(uint offset) => Open;

    protected override void WritePort(uint offset, byte value)
    {
        if (offset == 0)
        {
            IsIgnored |= line.Level;
            line.Level = false;
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class CoprocessorErrorsFactory : IDeviceFactory
{
    public string Type => "x87-errors";

    public bool IsOnBus => false;

    public IReadOnlyList<PortRange> Ports => [new("ports", 1)];

    public string Example =>
        """
        pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0, edges: 0x4D0 }, wires: { intr: intr } }
        x87: { type: x87-errors, ports: 0xF0, irq: pic.irq13 }
        """;

    public IDevice Create(DeviceSite site) => new CoprocessorErrors(site.Name, site.Line());
}
