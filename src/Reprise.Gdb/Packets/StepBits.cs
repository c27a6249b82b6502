using System.Globalization;

namespace Reprise.Gdb.Packets;

/// <summary>QEMU's single-step flags.</summary>
internal static class StepBits
{
    public const int Enable = 1;
    public const int NoInterrupts = 2;
    public const int NoTimers = 4;

    public static string Describe(int mask) => string.Join(',', Names(mask));

    private static IEnumerable<string> Names(int mask)
    {
        foreach (var (bit, name) in new[] { (Enable, "ENABLE"), (NoInterrupts, "NOIRQ"), (NoTimers, "NOTIMER") })
        {
            if ((mask & bit) != 0)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{name}={bit}");
            }
        }
    }
}
