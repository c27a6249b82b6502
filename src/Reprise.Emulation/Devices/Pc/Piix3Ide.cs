using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// The IDE controller of a PC (Intel 82371SB, "PIIX3", 290550) in compatibility mode: two channels at their usual ports,
/// and their bus masters at ports that base address register 4 gives.
/// </summary>
public sealed class Piix3Ide : PciFunction, IMovablePorts
{
    private const uint ChannelSize = 0x10; // offsets of a channel: 8 registers, then the control register
    private const uint Control = 8;
    private const uint Bus = 0x40; // offset of the bus masters' 16 ports
    private const uint BusSize = 16;

    private readonly IdeChannel[] _channels;

    private Piix3Ide(string name, IdeChannel primary, IdeChannel secondary)
        : base(name, new PciConfiguration(0x7010_8086, 0x0101_8000).Set(0x04, 0x0280_0000).SetBar(4, BusSize, kind: 1)) =>
        _channels = [primary, secondary];

    public uint? FindPort(ushort port)
    {
        var offset = port - (Configuration.Bar(4) & 0xFFF0);
        return Configuration.DecodesPorts && Configuration.Bar(4) > 1 && offset < BusSize ? Bus + offset : null;
    }

    public override uint Peek(uint offset, int size)
    {
        if (Channel(offset) is { } channel)
        {
            return offset % ChannelSize == Control ? channel.PeekControl() : channel.Peek(offset % ChannelSize, size);
        }

        var value = 0u;
        for (var i = 0; i < size; i++)
        {
            value |= (uint)(BusChannel(offset + (uint)i)?.PeekBus((offset + (uint)i) % 8) ?? 0xFF) << (8 * i);
        }

        return value;
    }

    public override uint Read(uint offset, int size)
    {
        var value = Peek(offset, size);
        if (offset % ChannelSize != Control)
        {
            Channel(offset)?.AfterRead(offset % ChannelSize, size);
        }

        return value;
    }

    public override void Write(uint offset, uint value, int size)
    {
        if (Channel(offset) is { } channel)
        {
            if (offset % ChannelSize == Control)
            {
                channel.WriteControl((byte)value);
            }
            else
            {
                channel.Write(offset % ChannelSize, value, size);
            }

            return;
        }

        for (var i = 0; i < size; i++)
        {
            BusChannel(offset + (uint)i)?.WriteBus((offset + (uint)i) % 8, (byte)(value >> (8 * i)));
        }
    }

    public override void Reset()
    {
        base.Reset();
        foreach (var channel in _channels)
        {
            channel.Reset();
        }
    }

    public override void Save(StateWriter writer)
    {
        base.Save(writer);
        foreach (var channel in _channels)
        {
            channel.Save(writer);
        }
    }

    public override void Restore(ref StateReader reader)
    {
        base.Restore(ref reader);
        foreach (var channel in _channels)
        {
            channel.Restore(ref reader);
        }
    }

    internal static Piix3Ide Create(DeviceSite site)
    {
        var primary = new IdeChannel(
            site.OptionalDevice<IdeDrive>("primary-master"),
            site.OptionalDevice<IdeDrive>("primary-slave"),
            site.Memory,
            site.OptionalLine("primary"));
        var secondary = new IdeChannel(
            Present(site.OptionalDevice<IdeDrive>("secondary-master"), site.OptionalDevice<IdeDrive>("secondary-cd")),
            site.OptionalDevice<IdeDrive>("secondary-slave"),
            site.Memory,
            site.OptionalLine("secondary"));
        return Attach(site, new Piix3Ide(site.Name, primary, secondary), slot: 1, number: 1);
    }

    /// <summary>Of two drives for one place the one that the user gave an image.</summary>
    private static IdeDrive? Present(IdeDrive? first, IdeDrive? second) =>
        first?.IsPresent == true || second is null ? first : second;

    private IdeChannel? Channel(uint offset) =>
        offset < 2 * ChannelSize && offset % ChannelSize <= Control ? _channels[offset / ChannelSize] : null;

    private IdeChannel? BusChannel(uint offset) =>
        offset is >= Bus and < Bus + BusSize ? _channels[(offset - Bus) / 8] : null;
}

/// <summary>Makes it for board files.</summary>
internal sealed class Piix3IdeFactory : IDeviceFactory
{
    public string Type => "piix3-ide";

    public bool IsOnBus => false;

    public IReadOnlyList<PortRange> Ports =>
    [
        new("primary", 8),
        new("primary-control", 1, Offset: 0x08),
        new("secondary", 8, Offset: 0x10),
        new("secondary-control", 1, Offset: 0x18),
    ];

    public string Example =>
        """
        pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0 }, wires: { intr: intr } }
        pci: { type: i440fx, ports: { address: 0xCF8, data: 0xCFC } }
        hda: { type: ide-disk }
        ide:
          type: piix3-ide
          bus: pci
          ports: { primary: 0x1F0, primary-control: 0x3F6, secondary: 0x170, secondary-control: 0x376 }
          primary-master: hda
          wires: { primary: pic.irq14, secondary: pic.irq15 }
        """;

    public IDevice Create(DeviceSite site) => Piix3Ide.Create(site);
}
