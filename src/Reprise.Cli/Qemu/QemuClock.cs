using System.Globalization;
using Reprise.Cli.Options;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Qemu;

/// <summary>-rtc: what the board's clock shows at power-on.</summary>
internal static class QemuClock
{
    /// <returns>Null when nothing was said of it.</returns>
    /// <exception cref="CliException">No time.</exception>
    public static DateTime? Parse(string text)
    {
        var properties = new QemuProperties("-rtc", text, "base");
        properties.Ignore("clock", "driftfix"); // it counts virtual time
        var time = properties["base"];
        properties.CheckAllUsed();
        try
        {
            return time switch
            {
                null => null,
                "utc" => StartTime.Parse(StartTime.Now),
                "localtime" => TimeProvider.System.GetLocalNow().DateTime,
                { Length: 10 } => StartTime.Parse(time + "T00:00:00"),
                _ => StartTime.Parse(time),
            };
        }
        catch (FormatException e)
        {
            throw new CliException(string.Create(CultureInfo.InvariantCulture, $"-rtc base={time}: {e.Message}."));
        }
    }
}
