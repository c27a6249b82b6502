namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>Fields of XPSR (DDI 0403E, B1.4.2).</summary>
internal static class ProgramStatus
{
    /// <summary>IPSR: the number of the exception being handled, 0 in thread mode.</summary>
    public const uint ExceptionMask = 0x1FF;

    /// <summary>In a stacked XPSR: the stack pointer was moved down by 4 for alignment (B1.5.7).</summary>
    public const uint StackAligned = 1u << 9;

    public const uint Thumb = 1u << 24;

    /// <summary>N, Z, C, V and Q.</summary>
    public const uint Flags = 0xF800_0000;

    /// <summary>IT/ICI, split over two ranges of EPSR.</summary>
    public const uint IfThen = 0x0600_FC00;

    /// <summary>The IT bits behind an instruction (A7.3.3, ITAdvance): IT[1:0] are bits 26:25, IT[7:2] are 15:10.</summary>
    public static uint AdvanceIfThen(uint status)
    {
        var state = (status >> 25 & 3) | (status >> 8 & 0xFC);
        var next = (state & 7) == 0 ? 0 : (state & 0xE0) | (state << 1 & 0x1F);
        return (status & ~IfThen) | (next & 3) << 25 | (next & 0xFC) << 8;
    }

    /// <summary>Whether the next instruction is one that the IT block it is in, if any, lets run (A7.3.1).</summary>
    public static bool IsExecuted(uint status)
    {
        var state = (status >> 25 & 3) | (status >> 8 & 0xFC);
        if ((state & 15) == 0)
        {
            return true;
        }

        var (n, z, c, v) = (Bit(status, 31), Bit(status, 30), Bit(status, 29), Bit(status, 28));
        var holds = (state >> 5) switch
        {
            0 => z,
            1 => c,
            2 => n,
            3 => v,
            4 => c && !z,
            5 => n == v,
            6 => n == v && !z,
            _ => true,
        };
        return holds != Bit(state, 4) || state >> 5 == 7;
    }

    private static bool Bit(uint value, int number) => (value >> number & 1) != 0;
}
