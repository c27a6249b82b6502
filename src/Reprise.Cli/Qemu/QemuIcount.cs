using System.Globalization;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Qemu;

/// <summary>-icount: the virtual time of an instruction, and whether the run is recorded or replayed.</summary>
/// <param name="NanosecondsPerInstruction">Null leaves it to the board.</param>
/// <param name="RecordPath">The recording to make; null for none.</param>
/// <param name="ReplayPath">The recording to replay; null for none.</param>
/// <param name="IsPaced">Virtual time waits for the host's while the guest sleeps: sleep=on, which has to be said here.</param>
internal readonly record struct QemuIcount(
    ulong? NanosecondsPerInstruction, string? RecordPath, string? ReplayPath, bool IsPaced = false)
{
    /// <summary>QEMU's own limit.</summary>
    private const int MaximumShift = 10;

    private const string Option = "-icount";

    /// <exception cref="CliException">Anything that QEMU does not have either.</exception>
    public static QemuIcount Parse(string text)
    {
        var properties = new QemuProperties(Option, text, "shift");

        // Virtual time is never held to the host's but in sleeps, and snapshots are taken by themselves.
        properties.Ignore("align", "rrsnapshot");
        var isPaced = properties.Switch("sleep", unlessGiven: false);
        var nanoseconds = ParseShift(properties["shift"]);
        var mode = properties["rr"];
        var file = properties["rrfile"] ?? (mode is null or "none" ? null : "replay.bin");
        properties.CheckAllUsed();
        return mode switch
        {
            null or "none" => new(nanoseconds, null, null, isPaced),
            "record" => new(nanoseconds, file, null, isPaced),
            "replay" => new(nanoseconds, null, file),
            _ => throw new CliException($"{Option} rr={mode}: record and replay are there."),
        };
    }

    private static ulong? ParseShift(string? text)
    {
        if (text is null or "auto")
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var shift) && shift <= MaximumShift
            ? 1ul << shift
            : throw new CliException($"{Option} shift={text}: expected auto or 0 to {MaximumShift}.");
    }
}
