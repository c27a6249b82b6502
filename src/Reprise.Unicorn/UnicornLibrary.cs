using System.Reflection;
using System.Runtime.InteropServices;

namespace Reprise.Unicorn;

/// <summary>
/// Finds the native library: <c>REPRISE_UNICORN</c>, then <c>artifacts/unicorn</c> of the checkout that the program runs
/// from, then the system's. A library older than <see cref="NeededVersion"/> is refused: before 2.1.4 the virtual TLB
/// and the PC after a stop are not exact.
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

    internal static void Register() =>
        NativeLibrary.SetDllImportResolver(
            typeof(UnicornLibrary).Assembly,
            (name, _, _) => name == Name ? s_handle.Value : 0);

    /// <summary>The error text for a machine without a usable library.</summary>
    public static string Advice(string found) =>
        $"""
        Reprise needs the Unicorn library {NeededVersion} or newer; found: {found}.
          Debian/Ubuntu: install libunicorn2t64 (forky, sid or newer), or run eng/fetch-unicorn in a checkout of Reprise
          Fedora:        dnf install unicorn
          macOS:         brew install unicorn
          Windows:       take unicorn.dll from the Unicorn release page
        Then set REPRISE_UNICORN to the library file if it is not where the system looks.
        """;

    private static nint Load()
    {
        var found = "none";
        foreach (var candidate in Candidates())
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

    private static IEnumerable<string> Candidates()
    {
        var named = Environment.GetEnvironmentVariable("REPRISE_UNICORN");
        if (!string.IsNullOrEmpty(named))
        {
            // An explicit path is an order: falling back to another library would hide a typing error.
            yield return named;
            yield break;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var fetched = Path.Combine(folder.FullName, "artifacts", "unicorn", "libunicorn.so.2");
            if (File.Exists(fetched))
            {
                yield return fetched;
            }
        }

        yield return "libunicorn.so.2";
        yield return "libunicorn.2.dylib";
        yield return "unicorn";
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
