namespace Reprise.Emulation.Devices;

/// <summary>
/// A level wire from a device to an interrupt controller input. The controller saves what it was told; the device puts
/// the wire back from its own state, of which the level is a function.
/// </summary>
public sealed class InterruptLine(int number, Action<int, bool> changed)
{
    private bool _level;

    /// <summary>Input number at the interrupt controller (external interrupt, 0 based).</summary>
    public int Number { get; } = number;

    /// <summary>The wire's level. Setting it to what it is already does nothing.</summary>
    public bool Level
    {
        get => _level;
        set
        {
            if (_level == value)
            {
                return;
            }

            _level = value;
            changed(Number, value);
        }
    }

    /// <summary>Puts the level back without telling the controller: for restoring a snapshot.</summary>
    public void Restore(bool level) => _level = level;
}
