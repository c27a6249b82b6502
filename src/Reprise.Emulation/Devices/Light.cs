namespace Reprise.Emulation.Devices;

/// <summary>A light of a board.</summary>
/// <param name="Name">What the board calls it.</param>
/// <param name="IsLit">Whether it is on.</param>
public readonly record struct Light(string Name, bool IsLit);
