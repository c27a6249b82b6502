using Reprise.Emulation.Catalogs;

namespace Reprise.Emulation.Boards;

/// <summary>Every board there is: each class of this assembly that implements <see cref="IBoard"/>.</summary>
public static class BoardCatalog
{
    /// <summary>All boards, by name.</summary>
    public static IReadOnlyList<IBoard> All { get; } =
    [
        .. Catalog.Of<IBoard>(typeof(BoardCatalog).Assembly).OrderBy(board => board.Name, StringComparer.Ordinal),
    ];

    /// <summary>The board of a name, or null.</summary>
    public static IBoard? Find(string name) => All.FirstOrDefault(board => board.Name == name);
}
