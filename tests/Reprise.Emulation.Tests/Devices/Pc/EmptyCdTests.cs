namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>A drive without a disc.</summary>
public sealed class EmptyCdTests() : CdBesideQemu(blocks: 0);
