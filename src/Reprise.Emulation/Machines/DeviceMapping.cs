using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Machines;

/// <summary>Where a device is on the bus.</summary>
/// <param name="Address">First address, a multiple of the page size.</param>
/// <param name="Size">Bytes of its window, a multiple of the page size; 0 when it is not on the bus.</param>
/// <param name="Device">What answers there.</param>
public readonly record struct DeviceMapping(ulong Address, ulong Size, IDevice Device)
{
    private readonly IReadOnlyList<PortWindow>? _ports;

    /// <summary>Its I/O ports.</summary>
    public IReadOnlyList<PortWindow> Ports
    {
        get => _ports ?? [];
        init => _ports = value;
    }
}
