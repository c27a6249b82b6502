namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// SHCSR and SHPR1 to SHPR3 (DDI 0403E, B3.2.10 to B3.2.13): enable, pending, active and priority of system handlers.
/// </summary>
internal sealed class HandlerControl(ExceptionTable table)
{
    private const int ActiveShift = 0;
    private const int PendingShift = 12;
    private const int EnableShift = 16;

    /// <summary>SHCSR: the exception of each of its bits; 0 where there is none.</summary>
    private static ReadOnlySpan<byte> Numbers => [4, 5, 0, 6, 0, 0, 0, 11, 12, 0, 14, 15, 6, 4, 5, 11, 4, 5, 6];

    public uint State
    {
        get
        {
            var value = 0u;
            for (var bit = ActiveShift; bit < Numbers.Length; bit++)
            {
                value |= Numbers[bit] != 0 && IsSet(bit, Numbers[bit]) ? 1u << bit : 0;
            }

            return value;
        }

        set
        {
            for (var bit = ActiveShift; bit < Numbers.Length; bit++)
            {
                var wanted = (value & (1u << bit)) != 0;
                if (Numbers[bit] != 0 && IsSet(bit, Numbers[bit]) != wanted)
                {
                    Set(bit, Numbers[bit], wanted);
                }
            }
        }
    }

    /// <summary>Four priorities, from exception <paramref name="first"/> (4, 8 or 12) in the low byte.</summary>
    public uint Priorities(int first)
    {
        var value = 0u;
        for (var i = 0; i < 4; i++)
        {
            value |= HasPriority(first + i) ? (uint)table.Priority(first + i) << (8 * i) : 0;
        }

        return value;
    }

    public void SetPriorities(int first, uint value)
    {
        for (var i = 0; i < 4; i++)
        {
            if (HasPriority(first + i))
            {
                table.SetPriority(first + i, (byte)(value >> (8 * i)));
            }
        }
    }

    private static bool HasPriority(int number) => number
        is ExceptionNumber.MemManage or ExceptionNumber.BusFault or ExceptionNumber.UsageFault
        or ExceptionNumber.SvCall or ExceptionNumber.DebugMonitor
        or ExceptionNumber.PendSv or ExceptionNumber.SysTick;

    private bool IsSet(int bit, int number) => bit switch
    {
        < PendingShift => table.IsActive(number),
        < EnableShift => table.IsPending(number),
        _ => table.IsEnabled(number),
    };

    private void Set(int bit, int number, bool value)
    {
        if (bit < PendingShift)
        {
            table.SetActive(number, value);
        }
        else if (bit >= EnableShift)
        {
            table.SetEnabled(number, value);
        }
        else if (value)
        {
            table.Pend(number);
        }
        else
        {
            table.Unpend(number);
        }
    }
}
