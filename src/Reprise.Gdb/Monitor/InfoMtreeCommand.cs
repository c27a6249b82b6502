namespace Reprise.Gdb.Monitor;

/// <summary>What is where.</summary>
internal sealed class InfoMtreeCommand : MonitorCommand
{
    public override string Name => "info mtree";

    public override string Summary => "the address space: memory, mirrors and devices";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        var machine = context.Timeline.Machine;
        output.Write("address-space: memory\n");
        output.Write("  0000000000000000-ffffffffffffffff (prio -1, i/o): system\n");
        foreach (var (address, size, region) in machine.Memory.Windows.OrderBy(window => window.Address))
        {
            var name = address == region.Address
                ? region.Name
                : Text($"alias {region.Name}_m @{region.Name} {0:x16}-{region.Size - 1:x16}");
            output.Write(Text($"    {address:x16}-{address + size - 1:x16} (prio 0, ram): {name}\n"));
        }

        var onBus = machine.Devices.Where(mapping => mapping.Size > 0);
        foreach (var mapping in onBus.OrderBy(mapping => mapping.Address))
        {
            var last = mapping.Address + mapping.Size - 1;
            output.Write(Text($"    {mapping.Address:x16}-{last:x16} (prio 0, i/o): {mapping.Device.Name}\n"));
        }

        return true;
    }
}
