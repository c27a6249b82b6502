namespace Reprise.Unicorn;

/// <summary>
/// Where the native library may be: the file that <c>REPRISE_UNICORN</c> names, <c>artifacts/unicorn</c> of the
/// checkout that the program runs from, the user's data folder, the system's.
/// </summary>
internal static class UnicornSearch
{
    public const string Variable = "REPRISE_UNICORN";

    /// <summary>The library's file as this system names it.</summary>
    public static string FileName =>
        OperatingSystem.IsWindows() ? "unicorn.dll"
        : OperatingSystem.IsMacOS() ? "libunicorn.2.dylib"
        : "libunicorn.so.2";

    /// <summary>
    /// ~/.local/share/reprise, or what the system has in its place, whether it is there or not; null for a user without
    /// a home.
    /// </summary>
    public static string? UserFolder => Environment.GetFolderPath(
        Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data
            ? Path.Combine(data, "reprise")
            : null;

    /// <summary>What to try, in this order.</summary>
    /// <param name="named">Value of the variable; null or empty when it is not set.</param>
    /// <param name="programFolder">Where the program is.</param>
    /// <param name="userFolder">The user's data folder, if there is one.</param>
    public static IEnumerable<string> Candidates(string? named, string programFolder, string? userFolder)
    {
        if (!string.IsNullOrEmpty(named))
        {
            // An explicit path is an order: falling back to another library would hide a typing error.
            yield return named;
            yield break;
        }

        for (var folder = new DirectoryInfo(programFolder); folder is not null; folder = folder.Parent)
        {
            var fetched = Path.Combine(folder.FullName, "artifacts", "unicorn", FileName);
            if (File.Exists(fetched))
            {
                yield return fetched;
            }
        }

        if (userFolder is not null && File.Exists(Path.Combine(userFolder, FileName)))
        {
            yield return Path.Combine(userFolder, FileName);
        }

        yield return FileName;
        yield return "unicorn";
    }
}
