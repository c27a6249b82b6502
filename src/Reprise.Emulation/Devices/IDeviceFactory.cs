using Reprise.Emulation.Boards;

namespace Reprise.Emulation.Devices;

/// <summary>
/// Makes devices of a type for board files. It stands in the device's own file; <see cref="DeviceCatalog"/> finds it.
/// </summary>
public interface IDeviceFactory
{
    /// <summary>What a board file calls it: <c>type: cmsdk-uart</c>.</summary>
    string Type { get; }

    /// <summary>Bytes of its window, unless the board file says otherwise.</summary>
    uint Size => 0x1000;

    /// <summary>It has an address; if not, other devices reach it, and it can't have one.</summary>
    bool IsOnBus => true;

    /// <summary>It has memory that a reset of the machine leaves alone: a battery keeps it.</summary>
    bool KeepsStateOnReset => false;

    /// <summary>The option that says which time it shows at power-on; null for a device that shows none.</summary>
    string? TimeKey => null;

    /// <summary>The option that says what firmware tries to boot, in which order; null for a device that does not know.</summary>
    string? BootOrderKey => null;

    /// <summary>The option that says what it tries up to the first reset instead; null for a device that does not know.</summary>
    string? BootOnceKey => null;

    /// <summary>The option that lets firmware ask what to boot; null for a device that does not know.</summary>
    string? BootMenuKey => null;

    /// <summary>The option that has firmware use the first serial port as its console too; null for a device that does not know.</summary>
    string? SerialConsoleKey => null;

    /// <summary>
    /// The option that has a drive be there though the user gave no disk for it; null for what is no drive, or always there.
    /// </summary>
    string? EmptyKey => null;

    /// <summary>What drives call it.</summary>
    const string UsualEmptyKey = "empty";

    /// <summary>Firmware gets a kernel to boot from it (<see cref="Boards.KernelFiles"/>).</summary>
    bool LoadsKernels => false;

    /// <summary>
    /// Its I/O ports: <c>ports: 0x3f8</c> in a board file for the only range, <c>ports: { command: 0x20, ... }</c> for
    /// several, of which one that is left out is not there.
    /// </summary>
    IReadOnlyList<PortRange> Ports => [];

    /// <summary>
    /// The least that a board file has to say for such a device: lines under <c>devices:</c>, of which the last is one.
    /// The tests that hold for every device make theirs of it.
    /// </summary>
    string Example => $"example: {{ type: {Type}, address: 0x4000_0000 }}";

    /// <summary>A new device in its power-on state.</summary>
    /// <exception cref="Boards.Files.BoardFileException">The board file lacks what it needs.</exception>
    IDevice Create(DeviceSite site);
}
