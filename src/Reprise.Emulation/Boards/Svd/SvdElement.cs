using Reprise.Emulation.Boards.Files;

namespace Reprise.Emulation.Boards.Svd;

/// <summary>An element of an SVD file that says something about registers.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Place">Its first character.</param>
/// <param name="Text">What stands in it, without spaces around; empty when elements do.</param>
/// <param name="DerivedFrom">The attribute, or null.</param>
/// <param name="Children">The elements in it.</param>
internal sealed record SvdElement(
    string Tag, FilePlace Place, string Text, string? DerivedFrom, IReadOnlyList<SvdElement> Children)
{
    private const string Registers = "registers";

    /// <summary>The first child of a name, or null.</summary>
    public SvdElement? Find(string tag)
    {
        foreach (var child in Children)
        {
            if (child.Tag == tag)
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>The text of a child, or null.</summary>
    public string? TextOf(string tag) => Find(tag)?.Text;

    /// <summary>This over another one: what is only there stays; inside <c>registers</c> each name counts.</summary>
    public SvdElement Over(SvdElement below)
    {
        var children = new List<SvdElement>(Children);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < children.Count; i++)
        {
            places.TryAdd(KeyOf(children[i]), i);
        }

        foreach (var child in below.Children)
        {
            if (places.TryAdd(KeyOf(child), children.Count))
            {
                children.Add(child);
            }
            else if (child.Tag == Registers && places[KeyOf(child)] < Children.Count)
            {
                var index = places[KeyOf(child)];
                children[index] = children[index].Over(child);
            }
        }

        return this with { Children = children };
    }

    /// <summary>An error here.</summary>
    public BoardFileException Error(string expected) => new(
        Place, $"{expected}, found {(Text.Length == 0 ? $"<{Tag}>" : $"'{Text[..Math.Min(Text.Length, 40)]}'")}");

    // Registers and clusters stand directly in a cluster, and in the registers of a peripheral.
    private static string KeyOf(SvdElement child) =>
        child.Tag is "register" or "cluster" ? "name " + child.TextOf("name") : child.Tag;
}
