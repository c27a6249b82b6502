namespace Reprise.Cli.Sessions;

/// <summary>The Python script that teaches gdb checkpoints, bookmarks and searches on a Reprise server.</summary>
internal static class GdbScript
{
    /// <summary>Where it lies, beside the program.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "Scripts", "reprise.py");
}
