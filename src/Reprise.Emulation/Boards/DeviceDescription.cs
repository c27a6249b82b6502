using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Boards;

/// <summary>A device as a board file describes it; what its type asks of it is checked when it is made.</summary>
/// <param name="Name">Name on the board.</param>
/// <param name="Factory">Makes it.</param>
/// <param name="Range">Where it is; null when it is not on the bus, but at another device.</param>
/// <param name="Ports">Its I/O ports; none on a processor without them.</param>
/// <param name="Map">All that stands there.</param>
internal sealed record DeviceDescription(
    string Name, IDeviceFactory Factory, AddressRange? Range, IReadOnlyList<PortWindow> Ports, BoardMap Map)
{
    /// <summary>The option that names the file which is usually in the device's ROM.</summary>
    public const string RomKey = "rom";

    private const int MaxDevices = 512;

    /// <summary>All devices of a board; none overlaps another, nor memory that can be written.</summary>
    public static List<DeviceDescription> ReadAll(
        BoardFields board, IReadOnlyList<MemoryDescription> memory, CpuDescription cpu)
    {
        var result = new List<DeviceDescription>();
        foreach (var entry in board.Map("devices").Entries)
        {
            var device = Read(entry, cpu);
            var taken = memory.Where(region => !region.IsReadOnly)
                .SelectMany(region => region.Aliases.Prepend(region.Range))
                .Concat(cpu.OwnRanges)
                .Concat(result.Select(other => other.Range).OfType<AddressRange>());
            if (device.Range is { } range && taken.FirstOrDefault(range.Overlaps) is { } other)
            {
                throw new BoardFileException(
                    range.Place,
                    $"'{range.Name}' where nothing else is, but '{other.Name}' is at 0x{other.Address:x8}");
            }

            if (result.Find(other => other.Ports.Any(window => device.Ports.Any(window.Overlaps))) is { } neighbour)
            {
                throw entry.Key.Error($"ports that no other device has; '{neighbour.Name}' has some of them");
            }

            result.Add(device);
            if (result.Count > MaxDevices)
            {
                throw entry.Key.Error($"at most {MaxDevices} devices");
            }
        }

        return result;
    }

    /// <summary>Where memory, one of these devices or the processor itself answers.</summary>
    public static IReadOnlyList<AddressRange> Taken(
        IEnumerable<DeviceDescription> devices, IEnumerable<MemoryDescription> memory, CpuDescription cpu) =>
    [
        .. memory.SelectMany(region => region.Aliases.Prepend(region.Range)),
        .. devices.Select(device => device.Range).OfType<AddressRange>(),
        .. cpu.OwnRanges,
    ];

    private static DeviceDescription Read(BoardEntry entry, CpuDescription cpu)
    {
        var name = entry.Key.Value;
        if (!name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            throw entry.Key.Error("a name of letters, digits, - and _");
        }

        var fields = new BoardFields(entry.AsMap(), $"device '{name}'");
        var factory = DeviceCatalog.Find(fields.Text("type")) ?? throw fields.Error(
            "type", $"a device type ({string.Join(", ", DeviceCatalog.All.Select(type => type.Type))})");
        var range = factory.IsOnBus ? AddressRange.Read(fields, name, cpu.PageSize, factory.Size) : null;
        return new DeviceDescription(name, factory, range, ReadPorts(fields, factory, cpu), entry.AsMap());
    }

    /// <summary><c>ports: 0x3f8</c> for the only range, <c>ports: { command: 0x20 }</c> for several.</summary>
    private static List<PortWindow> ReadPorts(BoardFields fields, IDeviceFactory factory, CpuDescription cpu)
    {
        if (factory.Ports.Count == 0)
        {
            return [];
        }

        if (!cpu.HasPorts)
        {
            throw fields.Error("type", "a device without I/O ports, which this processor does not have");
        }

        if (factory.Ports.Count == 1)
        {
            return [ReadPorts(fields, "ports", factory.Ports[0])];
        }

        var ranges = new BoardFields(fields.Map("ports"), $"the ports of a {factory.Type}");
        var windows = factory.Ports.Where(range => ranges.Has(range.Name))
            .Select(range => ReadPorts(ranges, range.Name, range)).ToList();
        ranges.Finish();
        return windows.Count > 0
            ? windows
            : throw fields.Error("ports", $"a first port of {string.Join(", ", factory.Ports.Select(range => range.Name))}");
    }

    private static PortWindow ReadPorts(BoardFields fields, string key, PortRange range) =>
        new((ushort)fields.Number(key, 0, PortWindow.PortCount - range.Count), range.Count, range.Offset);
}
