using System.Globalization;

namespace Reprise.Cli.Options;

/// <summary>--rtc: what the board's clock shows at power-on. The host's time comes in here, once, and is recorded.</summary>
internal static class StartTime
{
    /// <summary>The word for the host's time (UTC).</summary>
    public const string Now = "now";

    /// <exception cref="FormatException">No time.</exception>
    public static DateTime Parse(string text) => text == Now
        ? TimeProvider.System.GetUtcNow().DateTime
        : DateTime.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
        ? time
        : throw new FormatException($"'{text}' is no time; 2026-01-31T23:59:59 and {Now} are");
}
