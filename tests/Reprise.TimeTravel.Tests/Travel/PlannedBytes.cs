using Reprise.Emulation.Devices;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>Bytes for a port at positions that are known before, in ascending order.</summary>
internal sealed class PlannedBytes(string portName, IEnumerable<(ulong Position, byte Value)> bytes) : IHostInput
{
    private readonly Queue<(ulong Position, byte Value)> _bytes = new(bytes);

    public bool CanDeliver => _bytes.Count > 0;

    public ulong NextPosition(ulong position) =>
        _bytes.TryPeek(out var next) && next.Position > position ? next.Position : ulong.MaxValue;

    public bool HasByte(IInputPort port, ulong position) =>
        port.Name == portName && _bytes.TryPeek(out var next) && next.Position <= position;

    public bool TryRead(IInputPort port, ulong position, out byte value)
    {
        value = HasByte(port, position) ? _bytes.Dequeue().Value : (byte)0;
        return value != 0;
    }

    public void Wait()
    {
    }
}
