using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Boards.Wiring;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Boards;

/// <summary>Makes the devices of a board file and wires them.</summary>
internal static class DeviceAssembly
{
    /// <summary>New devices, in the order of the file.</summary>
    /// <exception cref="BoardFileException">The file lacks what a device needs, or says what none knows.</exception>
    public static List<DeviceMapping> Build(BoardFile board, DeviceSurroundings surroundings)
    {
        var wires = new WireBoard(surroundings.Inputs);
        var devices = new Dictionary<string, IDevice>(StringComparer.Ordinal);
        var ports = new HashSet<string>(StringComparer.Ordinal);
        var mappings = new List<DeviceMapping>();
        foreach (var description in board.Devices)
        {
            var site = new DeviceSite(description, surroundings, wires, devices);
            var device = description.Factory.Create(site);
            site.Finish();
            devices.Add(description.Name, device);
            mappings.Add(new DeviceMapping(site.Address, site.Size, device) { Ports = site.Ports });
            if (device is IInputPort port && !ports.Add(port.Name))
            {
                throw new BoardFileException(description.Map.Place, $"one device with the input port '{port.Name}'");
            }
        }

        wires.Join(devices);
        return mappings;
    }
}
