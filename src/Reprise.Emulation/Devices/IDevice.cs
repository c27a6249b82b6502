using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices;

/// <summary>
/// A peripheral on the bus. Its whole state goes through <see cref="Save"/> and <see cref="Restore"/>; neither is
/// optional, because a device that forgets a field makes two states share a position (law 2).
/// </summary>
public interface IDevice
{
    /// <summary>Name on its board, unique there: "uart0", "timer1".</summary>
    string Name { get; }

    /// <summary>A guest read of 1, 2 or 4 bytes at a byte offset into the device's window. May have side effects.</summary>
    uint Read(uint offset, int size);

    /// <summary>A guest write of 1, 2 or 4 bytes; <paramref name="value"/> is zero-extended.</summary>
    void Write(uint offset, uint value, int size);

    /// <summary>What <see cref="Read"/> would answer, without any side effect (law 6: looking changes nothing).</summary>
    uint Peek(uint offset, int size);

    /// <summary>Back to power-on state; timers cleared, interrupt lines low.</summary>
    void Reset();

    /// <summary>Writes every field that can influence the future. Deadlines of timers are saved by the clock.</summary>
    void Save(StateWriter writer);

    /// <summary>Reads what <see cref="Save"/> wrote, in the same order. Does not drive interrupt lines or timers.</summary>
    void Restore(ref StateReader reader);
}
