using System.Globalization;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>A Cortex-M's registers as people read them, in the shape of QEMU's <c>info registers</c>.</summary>
internal static class RegisterDump
{
    private const int ThumbBit = 24;
    private const uint ExceptionMask = 0x1ff;
    private const int DoubleCount = 16;

    public static void Write(UnicornRegisters registers, bool hasFpu, TextWriter output)
    {
        ArmRegister[] general =
        [
            .. Enumerable.Range(0, 13).Select(number => ArmRegister.R0 + number),
            ArmRegister.Sp, ArmRegister.Lr, ArmRegister.Pc,
        ];
        for (var number = 0; number < general.Length; number++)
        {
            Write($"R{number:00}={registers.Read(general[number]):x8}{(number % 4 == 3 ? '\n' : ' ')}");
        }

        var status = registers.Read(ArmRegister.Xpsr);
        var flags = string.Concat("NZCV".Select((flag, index) => (status >> (31 - index) & 1) != 0 ? flag : '-'));
        var unprivileged = (registers.Read(ArmRegister.Control) & 1) != 0;
        var mode = (status & ExceptionMask) != 0 ? "handler" : unprivileged ? "unpriv-thread" : "priv-thread";
        Write($"XPSR={status:x8} {flags} {((status >> ThumbBit & 1) != 0 ? 'T' : 'A')} {mode}\n");
        for (var number = 0; hasFpu && number < DoubleCount; number++)
        {
            var (low, high) = (registers.Read(ArmRegister.S0 + 2 * number), registers.Read(ArmRegister.S0 + 2 * number + 1));
            Write($"s{2 * number:00}={low:x8} s{2 * number + 1:00}={high:x8} d{number:00}={high:x8}{low:x8}\n");
        }

        // QEMU 7.2 has this line for models without an FPU, too.
        Write($"FPSCR: {(hasFpu ? registers.Read(ArmRegister.Fpscr) : 0):x8}\n");

        void Write(FormattableString text) => output.Write(text.ToString(CultureInfo.InvariantCulture));
    }
}
