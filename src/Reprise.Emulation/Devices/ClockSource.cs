
namespace Reprise.Emulation.Devices;

/// <summary>
/// A clock of the board whose frequency software may change. Who sets it saves what it is set by, and puts it back with
/// <see cref="Restore"/>.
/// </summary>
/// <param name="frequency">At power-on, in Hz, not zero.</param>
public sealed class ClockSource(uint frequency)
{
    /// <summary>Told before the frequency changes: whoever counts works its count out by the old one.</summary>
    public event Action? Changing;

    /// <summary>Told behind that; those who listened first are told first.</summary>
    public event Action? Changed;

    /// <summary>In Hz, rounded down.</summary>
    public uint Frequency => Rate.Frequency;

    /// <summary>Between time and its ticks.</summary>
    public TickRate Rate { get; private set; } = new(frequency);

    /// <summary>Changes it to a frequency in Hz over a divider, neither of them zero.</summary>
    public void Set(uint frequency, uint divider = 1)
    {
        var rate = new TickRate(frequency, divider);
        if (rate != Rate)
        {
            Changing?.Invoke();
            Rate = rate;
            Changed?.Invoke();
        }
    }

    /// <summary>Puts the frequency back without telling anybody: for restoring a snapshot.</summary>
    public void Restore(uint frequency, uint divider = 1) => Rate = new TickRate(frequency, divider);
}
