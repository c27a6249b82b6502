namespace Reprise.Emulation.Devices;

/// <summary>I/O ports that a type of device has, wherever a board file puts them.</summary>
/// <param name="Name">What the board file calls them; not looked at where they are the only ones.</param>
/// <param name="Count">How many ports, from 1.</param>
/// <param name="Offset">The offset that the device's Read, Write and Peek get for the first.</param>
public readonly record struct PortRange(string Name, uint Count, uint Offset = 0);
