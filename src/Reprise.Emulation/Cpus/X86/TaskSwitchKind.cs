namespace Reprise.Emulation.Cpus.X86;

/// <summary>How a task is left for another (SDM volume 3, table 7-2).</summary>
internal enum TaskSwitchKind
{
    /// <summary>JMP: it is no longer busy.</summary>
    Jump,

    /// <summary>CALL, or an interrupt or exception: it stays busy, and the new one returns to it.</summary>
    Call,

    /// <summary>IRET: back to the task that called.</summary>
    Return,
}
