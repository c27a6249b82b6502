using System.Collections.ObjectModel;
using Reprise.Emulation.Disks;

namespace Reprise.Emulation.Boards;

/// <summary>What a user may choose of a board; part of the recording.</summary>
/// <param name="NanosecondsPerInstruction">Virtual time of one instruction in ns, at least 1.</param>
/// <param name="Semihosting">The guest's semihosting calls are answered; without it they are breakpoints.</param>
/// <param name="CommandLine">What a semihosting guest gets as its command line.</param>
public readonly record struct BoardOptions(
    ulong NanosecondsPerInstruction, bool Semihosting = false, string CommandLine = "")
{
    private readonly IReadOnlyDictionary<string, IDiskImage>? _disks;

    private readonly IReadOnlyList<LoadedFile>? _loaded;

    private readonly IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? _roms;

    /// <summary>
    /// What is in the ROMs of devices, by their names; a device that is not named has an empty one. Behind a dot: files that
    /// a device hands out (<see cref="KernelFiles"/>).
    /// </summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Roms
    {
        get => _roms ?? ReadOnlyDictionary<string, ReadOnlyMemory<byte>>.Empty;
        init => _roms = value;
    }

    /// <summary>Files that are in memory besides the firmware, in the order in which they are put there.</summary>
    public IReadOnlyList<LoadedFile> Loaded
    {
        get => _loaded ?? [];
        init => _loaded = value;
    }

    /// <summary>What is in the board's drives, by their names; a drive that is not named has nothing in it.</summary>
    public IReadOnlyDictionary<string, IDiskImage> Disks
    {
        get => _disks ?? ReadOnlyDictionary<string, IDiskImage>.Empty;
        init => _disks = value;
    }
}
