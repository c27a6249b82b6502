using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// What a keyboard and a mouse at an i8042 have in common: what they send waits in a queue, and takes what comes in while that is
/// empty. They are on no bus.
/// </summary>
public abstract class Ps2Device(string name) : IDevice, IInputPort
{
    private protected const byte Acknowledge = 0xFA;

    /// <summary>Told when it has something new to say.</summary>
    public event Action? DataReady
    {
        add => Queue.DataReady += value;
        remove => Queue.DataReady -= value;
    }

    public string Name => name;

    /// <summary>It has a byte for the host.</summary>
    public bool HasData => Queue.HasData;

    public bool CanReceive => IsEnabled && Queue.IsEmpty;

    /// <summary>The next byte for the host; the last one when there is none.</summary>
    public byte Next => Queue.Next;

    private protected Ps2Queue Queue { get; } = new();

    /// <summary>It tells what happens to it.</summary>
    private protected bool IsEnabled { get; set; }

    /// <summary>Takes the next byte away.</summary>
    public void Advance() => Queue.Advance();

    /// <summary>The controller wants keys in scan codes of set 1; nothing to a mouse.</summary>
    public virtual void Translate(bool on)
    {
    }

    public abstract void Receive(byte value);

    /// <summary>A command, or what follows one, from the host.</summary>
    public abstract void Command(byte value);

    public uint Read(uint offset, int size) => 0;

    public void Write(uint offset, uint value, int size)
    {
    }

    public uint Peek(uint offset, int size) => 0;

    public abstract void Reset();

    public abstract void Save(StateWriter writer);

    public abstract void Restore(ref StateReader reader);
}
