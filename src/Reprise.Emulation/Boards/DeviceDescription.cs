using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Cpus.CortexM;
using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Boards;

/// <summary>A device as a board file describes it; what its type asks of it is checked when it is made.</summary>
/// <param name="Name">Name on the board.</param>
/// <param name="Factory">Makes it.</param>
/// <param name="Range">Where it is; null when it is not on the bus, but at another device.</param>
/// <param name="Map">All that stands there.</param>
internal sealed record DeviceDescription(string Name, IDeviceFactory Factory, AddressRange? Range, BoardMap Map)
{
    /// <summary>Bytes in a page of the engine: one device answers in a page.</summary>
    public const uint PageSize = 1024;

    private const int MaxDevices = 512;

    private static readonly AddressRange _controlSpace =
        new("the processor's control space", SystemControlSpace.BaseAddress, SystemControlSpace.Size, default);

    /// <summary>All devices of a board; none overlaps another, nor memory that can be written.</summary>
    public static List<DeviceDescription> ReadAll(BoardFields board, IReadOnlyList<MemoryDescription> memory)
    {
        var result = new List<DeviceDescription>();
        foreach (var entry in board.Map("devices").Entries)
        {
            var device = Read(entry);
            var taken = memory.Where(region => !region.IsReadOnly)
                .SelectMany(region => region.Aliases.Prepend(region.Range))
                .Append(_controlSpace)
                .Concat(result.Select(other => other.Range).OfType<AddressRange>());
            if (device.Range is { } range && taken.FirstOrDefault(range.Overlaps) is { } other)
            {
                throw new BoardFileException(
                    range.Place,
                    $"'{range.Name}' where nothing else is, but '{other.Name}' is at 0x{other.Address:x8}");
            }

            result.Add(device);
            if (result.Count > MaxDevices)
            {
                throw entry.Key.Error($"at most {MaxDevices} devices");
            }
        }

        return result;
    }

    private static DeviceDescription Read(BoardEntry entry)
    {
        var name = entry.Key.Value;
        if (!name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            throw entry.Key.Error("a name of letters, digits, - and _");
        }

        var fields = new BoardFields(entry.AsMap(), $"device '{name}'");
        var factory = DeviceCatalog.Find(fields.Text("type")) ?? throw fields.Error(
            "type", $"a device type ({string.Join(", ", DeviceCatalog.All.Select(type => type.Type))})");
        var range = factory.IsOnBus ? AddressRange.Read(fields, name, PageSize, factory.Size) : null;
        return new DeviceDescription(name, factory, range, entry.AsMap());
    }
}
