namespace Reprise.Emulation.Devices.Pc.Acpi;

/// <summary>
/// What the board <c>pc</c> tells an operating system of its devices: the PCI bus and how its interrupts are routed, what
/// is behind the ISA bridge, and how it is switched off.
/// </summary>
internal static class PcDsdt
{
    private const string Bus = @"\_SB.PCI0";
    private const string Bridge = Bus + ".ISA";
    private const int Slots = 32;
    private const int Pins = 4;
    private const uint ScIInterrupt = 9;

    /// <summary>The terms of the table.</summary>
    /// <param name="ramSize">PCI memory begins behind RAM.</param>
    public static byte[] Write(uint ramSize)
    {
        var aml = new AmlWriter();
        aml.Name("_S5", value => value.List(Zero, Zero, Zero, Zero)); // sleep type 0 switches off
        aml.Scope(@"\_PR", scope => scope.Processor("CPU0", 0));
        aml.Scope(@"\_SB", scope =>
        {
            scope.Device("PCI0", device => WriteBus(device, ramSize));
            for (var link = 0; link < Pins; link++)
            {
                WriteLink(scope, link);
            }

            scope.Device("HPET", device => device.Identity("PNP0103").Name("_UID", 0)
                .Resources(new AmlResources().FixedMemory(0xFED0_0000, 0x400)));
        });
        return aml.ToArray();
    }

    private static void Zero(AmlWriter aml) => aml.Integer(0);

    private static string Link(int number) => $"LNK{(char)('A' + number)}";

    private static string Route(int number) => $"PRQ{(char)('A' + number)}";

    private static void WriteBus(AmlWriter bus, uint ramSize)
    {
        bus.Identity("PNP0A03").Name("_ADR", 0).Name("_UID", 0)
            .Resources(new AmlResources()
                .Buses(0, 0xFF)
                .Ports(0xCF8, 8)
                .PortWindow(0, 0xCF7)
                .PortWindow(0xD00, 0xFFFF)
                .MemoryWindow(0xA_0000, 0xB_FFFF)
                .MemoryWindow(Math.Max(ramSize, 0x8000_0000), 0xFEBF_FFFF))
            .Name("_PRT", WriteRouting)
            .Device("ISA", WriteBridge);
    }

    // Interrupt pins go round with the slots. Slot 1 has the power management, whose pin is wired to the ISA's interrupt 9.
    private static void WriteRouting(AmlWriter aml)
    {
        var entries = new List<Action<AmlWriter>>();
        for (var slot = 1; slot < Slots; slot++)
        {
            for (var pin = 0; pin < Pins; pin++)
            {
                var (address, number, link) = (((ulong)slot << 16) | 0xFFFF, (ulong)pin, (slot - 1 + pin) % Pins);
                Action<AmlWriter> source = slot == 1 && pin == 0 ? Zero : path => path.Path(@"\_SB." + Link(link));
                var interrupt = slot == 1 && pin == 0 ? ScIInterrupt : 0;
                entries.Add(entry => entry.List(
                    value => value.Integer(address), value => value.Integer(number), source, value => value.Integer(interrupt)));
            }
        }

        aml.List([.. entries]);
    }

    // The routing registers of the PIIX3 (290550, 2.2.7): bit 7 is off.
    private static void WriteBridge(AmlWriter isa)
    {
        isa.Name("_ADR", 0x0001_0000)
            .Region("PIRQ", AmlWriter.PciConfiguration, 0x60, 4)
            .ByteFields("PIRQ", Route(0), Route(1), Route(2), Route(3));
        WriteDevice(isa, "KBD", "PNP0303", new AmlResources().Ports(0x60, 1).Ports(0x64, 1).IsaInterrupt(1));
        WriteDevice(isa, "MOU", "PNP0F13", new AmlResources().IsaInterrupt(12));
        WriteDevice(isa, "RTC", "PNP0B00", new AmlResources().Ports(0x70, 8).IsaInterrupt(8));
        WriteDevice(isa, "FDC0", "PNP0700", new AmlResources().Ports(0x3F2, 4).Ports(0x3F7, 1).IsaInterrupt(6).Dma(2));
        WriteDevice(isa, "COM1", "PNP0501", new AmlResources().Ports(0x3F8, 8).IsaInterrupt(4), unit: 1);
        WriteDevice(isa, "COM2", "PNP0501", new AmlResources().Ports(0x2F8, 8).IsaInterrupt(3), unit: 2);
    }

    private static void WriteDevice(AmlWriter isa, string name, string identity, AmlResources resources, ulong unit = 0) =>
        isa.Device(name, device => device.Identity(identity).Name("_UID", unit).Name("_STA", 15).Resources(resources));

    // A device that an operating system sets an interrupt of, for all pins that are wired to it (6.2.13).
    private static void WriteLink(AmlWriter scope, int number)
    {
        var route = $"{Bridge}.{Route(number)}";
        var choice = new AmlResources().PciInterrupts(5, 10, 11).ToArray();
        var one = new AmlResources().PciInterrupts(0).ToArray();
        const int interruptOffset = 5; // of the first number in such a list
        scope.Device(Link(number), link => link.Identity("PNP0C0F").Name("_UID", (ulong)number)
            .Name("_PRS", value => value.Buffer(choice))
            .Method("_STA", 0, body => body
                .If(value => value.And(route, 0x80), then => then.Return(value => value.Integer(9)))
                .Return(value => value.Integer(11)))
            .Method("_DIS", 0, body => body.Set(route, 0x80))
            .Method("_CRS", 0, body => body
                .Name("BUF", value => value.Buffer(one))
                .WordIn(value => value.Path("BUF"), interruptOffset, "INT")
                .And(route, 0x0F, "INT")
                .Return(value => value.Path("BUF")))
            .Method("_SRS", 1, body => body
                .WordIn(value => value.Argument(0), interruptOffset, "INT")
                .Store(value => value.Path("INT"), route)));
    }
}
