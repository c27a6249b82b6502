using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Machines;

/// <summary>
/// The I/O ports of a machine. An access that a device's range does not hold as a whole is one of bytes, as on an ISA
/// bus; a port that nobody has reads as ones, and writes to it are lost.
/// </summary>
internal sealed class PortSpace
{
    private readonly Dictionary<ushort, (IDevice Device, uint Offset, uint Left)> _ports = [];
    private readonly List<IMovablePorts> _movable = [];

    public PortSpace(IEnumerable<DeviceMapping> devices)
    {
        foreach (var mapping in devices)
        {
            foreach (var window in mapping.Ports)
            {
                for (var i = 0u; i < window.Count; i++)
                {
                    _ports.TryAdd((ushort)(window.First + i), (mapping.Device, window.Offset + i, window.Count - i));
                }
            }

            if (mapping.Device is IMovablePorts movable)
            {
                _movable.Add(movable);
            }
        }
    }

    public uint Read(ushort port, int size) => Find(port, size) is { } place
        ? place.Device.Read(place.Offset, size)
        : size == 1
        ? byte.MaxValue
        : Read(port, size / 2) | Read((ushort)(port + size / 2), size / 2) << size * 4;

    public void Write(ushort port, uint value, int size)
    {
        if (Find(port, size) is { } place)
        {
            place.Device.Write(place.Offset, value, size);
        }
        else if (size > 1)
        {
            var half = size / 2;
            Write(port, value & uint.MaxValue >> 32 - half * 8, half);
            Write((ushort)(port + half), value >> half * 8, half);
        }
    }

    public uint Peek(ushort port, int size) => Find(port, size) is { } place
        ? place.Device.Peek(place.Offset, size)
        : size == 1
        ? byte.MaxValue
        : Peek(port, size / 2) | Peek((ushort)(port + size / 2), size / 2) << size * 4;

    private (IDevice Device, uint Offset)? Find(ushort port, int size)
    {
        if (_ports.TryGetValue(port, out var place))
        {
            return place.Left >= size ? (place.Device, place.Offset) : null;
        }

        foreach (var device in _movable)
        {
            if (device.FindPort(port) is { } offset)
            {
                return (device, offset);
            }
        }

        return null;
    }
}
