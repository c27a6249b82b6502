using Reprise.Emulation.Boards.Files;

namespace Reprise.Emulation.Boards.Svd;

/// <summary>What an element of an SVD file hands down to those in it (registerPropertiesGroup).</summary>
/// <param name="Size">Bits of a register.</param>
/// <param name="Access">Its access rights.</param>
/// <param name="ResetValue">What it is at reset.</param>
internal readonly record struct SvdProperties(ulong Size, string Access, ulong ResetValue)
{
    private const ulong MaxSize = 64;

    private static readonly HashSet<string> _accesses = new(StringComparer.Ordinal)
    {
        "read-only", "write-only", "read-write", "writeOnce", "read-writeOnce",
    };

    /// <summary>Where nothing says otherwise.</summary>
    public static SvdProperties Default => new(32, "read-write", 0);

    /// <summary>The bytes of a register, a power of two.</summary>
    public int Bytes => Size <= 8 ? 1 : Size <= 16 ? 2 : Size <= 32 ? 4 : 8;

    public bool CanRead => Access is not ("write-only" or "writeOnce");

    public bool CanWrite => Access is not "read-only";

    /// <summary>These, with what an element says itself.</summary>
    /// <exception cref="BoardFileException">What it says is not a size, a value or an access.</exception>
    public SvdProperties Within(SvdElement element)
    {
        var size = NumberOf(element, "size", Size);
        var access = element.TextOf("access") ?? Access;
        return size is 0 or > MaxSize
            ? throw element.Find("size")!.Error($"a size of 1 to {MaxSize} bits")
            : !_accesses.Contains(access)
            ? throw element.Find("access")!.Error(string.Join(", ", _accesses.Order(StringComparer.Ordinal)))
            : new SvdProperties(size, access, NumberOf(element, "resetValue", ResetValue));
    }

    /// <summary>The number in a child.</summary>
    /// <param name="element">Whose child.</param>
    /// <param name="tag">The child.</param>
    /// <param name="fallback">When there is none; null makes that an error.</param>
    public static ulong NumberOf(SvdElement element, string tag, ulong? fallback = null)
    {
        if (element.Find(tag) is not { } child)
        {
            return fallback ?? throw element.Error($"<{tag}> in <{element.Tag}>");
        }

        return SvdNumber.TryParse(child.Text, out var value) ? value : throw child.Error($"a number in <{tag}>");
    }
}
