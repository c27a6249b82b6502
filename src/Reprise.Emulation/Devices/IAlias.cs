namespace Reprise.Emulation.Devices;

/// <summary>A device whose addresses stand for others, so that watchpoints on those see accesses through it.</summary>
public interface IAlias
{
    /// <summary>The byte that an access at an offset of the device is about.</summary>
    ulong TargetOf(uint offset);
}
