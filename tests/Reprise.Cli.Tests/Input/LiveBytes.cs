using Reprise.Emulation.Devices;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Tests.Input;

/// <summary>A source that always has a byte for one port; none without a port.</summary>
internal sealed class LiveBytes(string? name, byte value) : IHostInput
{
    public bool CanDeliver => name is not null;

    public bool HasByte(IInputPort port, ulong position) => port.Name == name;

    public bool TryRead(IInputPort port, ulong position, out byte read)
    {
        read = value;
        return port.Name == name;
    }

    public void Wait()
    {
    }
}
