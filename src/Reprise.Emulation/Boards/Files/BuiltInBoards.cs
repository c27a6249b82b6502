namespace Reprise.Emulation.Boards.Files;

/// <summary>The board files that are part of the program, by the boards' names.</summary>
internal sealed class BuiltInBoards : IBoardSource
{
    // As the project file names them.
    private const string Prefix = "boards/";
    private const string Extension = ".yaml";

    public static BuiltInBoards Instance { get; } = new();

    /// <summary>Names of all of them, in ordinal order.</summary>
    public static IEnumerable<string> Names => typeof(BuiltInBoards).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(name => name[Prefix.Length..^Extension.Length])
        .Order(StringComparer.Ordinal);

    public string? Read(string name, int maxLength)
    {
        using var stream = typeof(BuiltInBoards).Assembly.GetManifestResourceStream(Prefix + name + Extension);
        return stream is null ? null : new StreamReader(stream).ReadToEnd();
    }
}
