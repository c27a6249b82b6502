namespace Reprise.Emulation.Disks;

/// <summary>A device that the user can give a disk image by its name.</summary>
public interface IDiskDrive
{
    /// <summary>Name on its board, unique there.</summary>
    string Name { get; }
}
