using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;

namespace Reprise.Gdb.Monitor;

/// <summary>What is where: by address, and of what begins at the same, what answers first.</summary>
internal sealed class InfoMtreeCommand : MonitorCommand
{
    /// <summary>What stands in for a device that is not modelled, behind everything else there.</summary>
    private const int LowestPriority = -1000;

    public override string Name => "info mtree";

    public override string Summary => "the address space: memory, mirrors, devices and ports";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        var machine = context.Timeline.Machine;
        output.Write("address-space: memory\n");
        output.Write("  0000000000000000-ffffffffffffffff (prio -1, i/o): system\n");
        WriteRanges(MemoryOf(machine).Concat(DevicesOf(machine)), output);
        var ports = machine.Devices.SelectMany(mapping => mapping.Ports.Select(window =>
            new Place(window.First, window.Count, 0, "i/o", mapping.Device.Name))).ToList();
        if (ports.Count > 0)
        {
            output.Write("address-space: I/O\n");
            output.Write("  0000000000000000-000000000000ffff (prio 0, i/o): io\n");
            WriteRanges(ports, output);
        }

        return true;
    }

    private static IEnumerable<Place> MemoryOf(Machine machine) => machine.Memory.Windows.Select(window =>
    {
        var (address, size, region) = window;
        var name = address == region.Address
            ? region.Name
            : Text($"alias {region.Name}_m @{region.Name} {0:x16}-{region.Size - 1:x16}");
        return new Place(address, (ulong)size, 0, region.IsReadOnly ? "rom" : "ram", name);
    });

    private static IEnumerable<Place> DevicesOf(Machine machine) =>
        machine.Devices.Where(mapping => mapping.Size > 0).Select(mapping => new Place(
            mapping.Address, mapping.Size, mapping.Device is ZeroDevice or OpenBus ? LowestPriority : 0, "i/o",
            mapping.Device.Name));

    private static void WriteRanges(IEnumerable<Place> places, TextWriter output)
    {
        foreach (var place in places.OrderBy(place => place.Address).ThenByDescending(place => place.Priority))
        {
            var last = place.Address + place.Size - 1;
            output.Write(Text($"    {place.Address:x16}-{last:x16} (prio {place.Priority}, {place.Kind}): {place.Name}\n"));
        }

        output.Write("\n");
    }

    private readonly record struct Place(ulong Address, ulong Size, int Priority, string Kind, string Name);
}
