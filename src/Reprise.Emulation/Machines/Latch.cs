namespace Reprise.Emulation.Machines;

/// <summary>A wire that stays high until it is taken.</summary>
public sealed class Latch
{
    public bool IsSet { get; private set; }

    public void Set() => IsSet = true;

    public void Clear() => IsSet = false;
}
