namespace Reprise.Emulation.Boards.Files;

/// <summary>How board files are named: built-in ones by the board, others by a path with an extension.</summary>
internal static class BoardFileName
{
    private static readonly string[] _extensions = [".yaml", ".yml", ".svd", ".xml"];

    /// <summary>Whether it names a file of the user's.</summary>
    public static bool IsPath(string name) =>
        Array.Exists(_extensions, extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>The name of a file that another one names: paths are relative to it.</summary>
    public static string Resolve(string file, string name) => IsPath(name) && IsPath(file)
        ? Path.Combine(Path.GetDirectoryName(file) ?? "", name).Replace('\\', '/')
        : name;

    /// <summary>The name of the board that a file describes.</summary>
    public static string BoardOf(string file) => IsPath(file) ? Path.GetFileNameWithoutExtension(file) : file;
}
