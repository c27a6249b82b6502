namespace Reprise.TimeTravel.Recording;

/// <summary>What a block holds. Readers skip kinds they do not know; the numbers never change meaning.</summary>
public enum BlockKind : byte
{
    Header = 1,
    InputEvents = 2,
    Intervals = 3,
    Snapshots = 4,

    /// <summary>Names the branch that the blocks behind it belong to.</summary>
    Branch = 5,

    /// <summary>The table of blocks. Written by <see cref="BlockWriter.Finish"/> alone.</summary>
    Footer = 255,
}
