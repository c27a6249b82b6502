using Reprise.Emulation.Devices;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>Buttons that change at positions that are known before.</summary>
internal sealed class PlannedButtons(IEnumerable<ulong> positions) : IHostInput
{
    private readonly Queue<ulong> _positions = new(positions);
    private byte _buttons;

    public bool CanDeliver => _positions.Count > 0;

    public ulong NextPosition(ulong position) =>
        _positions.TryPeek(out var next) && next > position ? next : ulong.MaxValue;

    public bool HasByte(IInputPort port, ulong position) =>
        port.Name == "buttons" && _positions.TryPeek(out var next) && next <= position;

    public bool TryRead(IInputPort port, ulong position, out byte value)
    {
        value = _buttons;
        if (!HasByte(port, position))
        {
            return false;
        }

        _positions.Dequeue();
        value = ++_buttons;
        return true;
    }

    public void Wait()
    {
    }
}
