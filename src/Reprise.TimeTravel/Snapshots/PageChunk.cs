namespace Reprise.TimeTravel.Snapshots;

/// <summary>The lower level of a <see cref="PageTree"/>: 256 neighbours, never changed once in a tree.</summary>
internal sealed class PageChunk
{
    public const int Size = 256;

    public readonly SharedPage?[] Pages;

    public PageChunk(PageChunk? original) => Pages = (SharedPage?[]?)original?.Pages.Clone() ?? new SharedPage?[Size];
}
