namespace Reprise.Unicorn;

/// <summary>Registers of the x86 engine: those that work something out when they are accessed, and two for plain code (<c>uc_x86_reg</c>).</summary>
public enum X86Register
{
    Ecx = 22,

    Eflags = 25,

    Eip = 26,

    /// <summary>Writing it sets the cached flags that come of it, and flushes the TLB.</summary>
    Cr0 = 50,

    /// <inheritdoc cref="Cr0"/>
    Cr4 = 54,

    /// <summary>Writing it sets the rounding and precision of the x87.</summary>
    FpuControl = 246,

    /// <summary>16 bytes: the number of an MSR (4, then 4 unused) and its value (8).</summary>
    Msr = 248,

    /// <summary>Writing it sets the rounding of SSE.</summary>
    Mxcsr = 249,
}
