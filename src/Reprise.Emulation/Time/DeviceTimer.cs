namespace Reprise.Emulation.Time;

/// <summary>A one-shot alarm on the virtual clock. Its deadline is saved with the clock, not by the device.</summary>
public sealed class DeviceTimer
{
    private readonly Action _expired;
    private readonly Action _changed;

    internal DeviceTimer(string name, Action expired, Action changed)
    {
        Name = name;
        _expired = expired;
        _changed = changed;
    }

    public string Name { get; }

    /// <summary>Virtual time in ns at which it fires; <see cref="ulong.MaxValue"/> when it is not set.</summary>
    public ulong Deadline { get; private set; } = ulong.MaxValue;

    /// <summary>Sets the alarm to an absolute virtual time in ns; replaces an earlier one.</summary>
    public void Set(ulong deadline)
    {
        Deadline = deadline;
        _changed();
    }

    /// <summary>Takes the alarm back.</summary>
    public void Clear() => Set(ulong.MaxValue);

    internal void Expire()
    {
        Clear();
        _expired();
    }
}
