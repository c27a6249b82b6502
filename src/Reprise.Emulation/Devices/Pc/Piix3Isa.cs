using Reprise.Emulation.Boards;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// The ISA bridge of a PC (Intel 82371SB, "PIIX3", 290550). Its registers are there; the devices behind it are at their
/// usual ports whatever these say.
/// </summary>
public sealed class Piix3Isa : PciFunction
{
    private Piix3Isa(string name)
        : base(name, new PciConfiguration(0x7000_8086, 0x0601_0000)
            .Set(0x04, 0x0200_0000)
            .Set(0x0C, 0x0080_0000) // it has several functions
            .Set(0x4C, 0x0003_004D)
            .Set(0x60, 0x8080_8080)
            .Set(0x68, 0x0000_0200)
            .Set(0x70, 0x0000_0080)
            .Set(0x74, 0x0C0C_0000)
            .Set(0x78, 0x0000_0002)
            .Set(0xA0, 0x0000_0008)
            .Set(0xA8, 0x0000_000F))
    {
    }

    internal static Piix3Isa Create(DeviceSite site) => Attach(site, new Piix3Isa(site.Name), slot: 1, number: 0);
}

/// <summary>Makes it for board files.</summary>
internal sealed class Piix3IsaFactory : IDeviceFactory
{
    public string Type => "piix3-isa";

    public bool IsOnBus => false;

    public string Example =>
        """
        pci: { type: i440fx, ports: { address: 0xCF8, data: 0xCFC } }
        isa: { type: piix3-isa, bus: pci }
        """;

    public IDevice Create(DeviceSite site) => Piix3Isa.Create(site);
}
