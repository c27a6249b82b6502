
namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// A peripheral whose registers may be accessed by bytes and half-words anywhere in them, as the manuals allow for the
/// GPIO ports and the RCC: a narrow write changes its bytes, and leaves what the register reads in the others.
/// </summary>
public abstract class ByteLaneDevice(string name) : RegisterDevice(name)
{
    public override uint Read(uint offset, int size) => Lanes(ReadRegister(offset & ~3u), offset, size);

    public override uint Peek(uint offset, int size) => Lanes(PeekRegister(offset & ~3u), offset, size);

    public override void Write(uint offset, uint value, int size)
    {
        var shift = Shift(offset);
        var mask = Narrow(uint.MaxValue, size) << shift;
        WriteRegister(offset & ~3u, (PeekRegister(offset & ~3u) & ~mask) | ((value << shift) & mask));
    }

    private static uint Lanes(uint value, uint offset, int size) => Narrow(value >> Shift(offset), size);

    private static int Shift(uint offset) => 8 * (int)(offset & 3);
}
