namespace Reprise.Emulation.Tests.Machines;

/// <summary>Everything that a <see cref="TortureRun"/> goes back to.</summary>
/// <param name="Position">Where it was taken, behind the input of that position.</param>
/// <param name="State">What the machine saved.</param>
/// <param name="Pages">Memory of the pages that the firmware uses, in their order.</param>
/// <param name="Output">Bytes sent, and their hash.</param>
internal sealed record RunSnapshot(ulong Position, byte[] State, byte[] Pages, (int Count, uint Hash) Output);
