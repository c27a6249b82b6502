namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>A disc of 300 blocks.</summary>
public sealed class IdeCdTests() : CdBesideQemu(blocks: 300);
