using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Recording;

/// <summary>Where snapshots stand in a recording.</summary>
/// <param name="Block">The block that holds them.</param>
/// <param name="Branch">The branch that they are on.</param>
/// <param name="Events">How many of that branch's input events they contain.</param>
internal readonly record struct SnapshotBlock(BlockInfo Block, History Branch, int Events);
