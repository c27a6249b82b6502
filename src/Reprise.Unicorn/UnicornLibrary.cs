using System.Reflection;
using System.Runtime.InteropServices;

namespace Reprise.Unicorn;

/// <summary>
/// Loads the native library from where <see cref="UnicornSearch"/> finds it. One older than
/// <see cref="NeededVersion"/> is refused: before 2.1.4 the virtual TLB and the PC after a stop are not exact.
/// </summary>
public static class UnicornLibrary
{
    internal const string Name = "unicorn";

    private static readonly Lazy<nint> s_handle = new(Load);

    /// <summary>Oldest version that keeps the laws.</summary>
    public static Version NeededVersion { get; } = new(2, 1, 4);

    /// <summary>Version of the loaded library.</summary>
    /// <exception cref="DllNotFoundException">No library, or an older one only; the message says what to do.</exception>
    public static Version Version => ReadVersion(s_handle.Value);

    /// <summary>Address of a function that the loaded library exports; false where it keeps it to itself.</summary>
    public static bool TryGetExport(string name, out nint address) =>
        NativeLibrary.TryGetExport(s_handle.Value, name, out address);

    internal static void Register() =>
        NativeLibrary.SetDllImportResolver(
            typeof(UnicornLibrary).Assembly,
            (name, _, _) => name == Name ? s_handle.Value : 0);

    /// <summary>The error text for a machine without a usable library.</summary>
    public static string Advice(string found) =>
        $"""
        Reprise needs the Unicorn library {NeededVersion} or newer; found: {found}.
          Debian/Ubuntu: apt install libunicorn2t64 where that is new enough (forky, sid); elsewhere run
                         eng/fetch-unicorn --user in a checkout of Reprise
          Fedora:        dnf install unicorn
          macOS:         brew install unicorn
          Windows:       take unicorn.dll from the Unicorn release page
        If the system does not find it then, copy it to {UserFile ?? "the folder of the program"}
        or set REPRISE_UNICORN to the file.
        """;

    private static string? UserFile =>
        UnicornSearch.UserFolder is { } folder ? Path.Combine(folder, UnicornSearch.FileName) : null;

    private static nint Load()
    {
        var named = Environment.GetEnvironmentVariable(UnicornSearch.Variable);
        var found = string.IsNullOrEmpty(named)
            ? "none"
            : $"nothing that can be loaded at {UnicornSearch.Variable}={named}";
        foreach (var candidate in UnicornSearch.Candidates(named, AppContext.BaseDirectory, UnicornSearch.UserFolder))
        {
            if (!NativeLibrary.TryLoad(candidate, out var handle))
            {
                continue;
            }

            var version = ReadVersion(handle);
            if (version >= NeededVersion)
            {
                return handle;
            }

            found = $"{version} ({candidate})";
            NativeLibrary.Free(handle);
        }

        throw new DllNotFoundException(Advice(found));
    }

    private static unsafe Version ReadVersion(nint handle)
    {
        if (!NativeLibrary.TryGetExport(handle, "uc_version", out var address))
        {
            return new Version(0, 0);
        }

        // SAFETY: uc_version(unsigned*, unsigned*) accepts null pointers and returns
        // (major << 24) | (minor << 16) | (patch << 8) | extra.
        var packed = ((delegate* unmanaged<uint*, uint*, uint>)address)(null, null);
        return new Version((int)(packed >> 24), (int)(packed >> 16 & 0xff), (int)(packed >> 8 & 0xff));
    }
}
