namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>Exception numbers (ARMv7-M manual DDI 0403E, B1.5.2, table B1-4).</summary>
public static class ExceptionNumber
{
    public const int Reset = 1;
    public const int Nmi = 2;
    public const int HardFault = 3;
    public const int MemManage = 4;
    public const int BusFault = 5;
    public const int UsageFault = 6;
    public const int SvCall = 11;
    public const int DebugMonitor = 12;
    public const int PendSv = 14;
    public const int SysTick = 15;

    /// <summary>The number of external interrupt 0.</summary>
    public const int External = 16;

    /// <summary>Raised by what the processor executes, not from outside nor by asking for it: faults and SVC.</summary>
    public static bool IsSynchronous(int number) => number is >= HardFault and <= DebugMonitor;

    /// <summary>The manual's name, or IRQ and the number of the input.</summary>
    public static string NameOf(int number) => number switch
    {
        Reset => "Reset",
        Nmi => "NMI",
        HardFault => "HardFault",
        MemManage => "MemManage",
        BusFault => "BusFault",
        UsageFault => "UsageFault",
        SvCall => "SVCall",
        DebugMonitor => "DebugMonitor",
        PendSv => "PendSV",
        SysTick => "SysTick",
        >= External => $"IRQ{number - External}",
        _ => "reserved",
    };
}
