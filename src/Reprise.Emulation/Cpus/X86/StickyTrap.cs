namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// Says which traps are on, so that they are when they are wanted. Translations are dropped at each change, so traps that are
/// wanted again and again stay on; nothing but speed depends on it.
/// </summary>
internal sealed class StickyTrap
{
    private const int MostChanges = 8;

    private int _changes;

    /// <summary>The traps are on.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Puts them on when they are wanted, or off when they are not and were not often.</summary>
    /// <returns>Whether they are on.</returns>
    public bool Follow(bool isWanted)
    {
        if (isWanted != IsOn && (isWanted || _changes < MostChanges))
        {
            IsOn = isWanted;
            _changes++;
        }

        return IsOn;
    }
}
