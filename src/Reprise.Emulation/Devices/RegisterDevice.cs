using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices;

/// <summary>
/// A peripheral made of 32-bit registers at word offsets. As in QEMU's models, a narrow read gives the low bits of the
/// register, a narrow write sets the register to the zero-extended value, and the offsets between two registers read
/// as zero and ignore writes. A device with byte lanes overrides that.
/// </summary>
public abstract class RegisterDevice(string name) : IDevice
{
    public string Name { get; } = name;

    public virtual uint Read(uint offset, int size) => IsAligned(offset) ? Narrow(ReadRegister(offset), size) : 0;

    public virtual uint Peek(uint offset, int size) => IsAligned(offset) ? Narrow(PeekRegister(offset), size) : 0;

    public virtual void Write(uint offset, uint value, int size)
    {
        if (IsAligned(offset))
        {
            WriteRegister(offset, Narrow(value, size));
        }
    }

    public abstract void Reset();

    public abstract void Save(StateWriter writer);

    public abstract void Restore(ref StateReader reader);

    /// <summary>The register at a word offset, without side effects; zero where there is none.</summary>
    protected abstract uint PeekRegister(uint offset);

    /// <summary>A guest read of a whole register; most have no side effect.</summary>
    protected virtual uint ReadRegister(uint offset) => PeekRegister(offset);

    /// <summary>A guest write of a whole register; ignored where there is none.</summary>
    protected abstract void WriteRegister(uint offset, uint value);

    /// <summary>The low <paramref name="size"/> bytes (1, 2 or 4) of a value.</summary>
    protected static uint Narrow(uint value, int size) => size switch
    {
        1 => value & 0xFF,
        2 => value & 0xFFFF,
        _ => value,
    };

    private static bool IsAligned(uint offset) => (offset & 3) == 0;
}
