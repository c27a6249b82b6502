namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// The registers of the System Control Space that ARMv6-M has (DDI 0419, B3.2 to B3.4). All others of ARMv7-M read as
/// zero and ignore writes; so does VTOR, which a Cortex-M0 does not have.
/// </summary>
internal static class BaselineRegisters
{
    /// <summary>CCR, which is read-only: STKALIGN and UNALIGN_TRP (B3.2.8).</summary>
    public const uint Configuration = 0x208;

    private const uint AuxiliaryControl = 0x008;
    private const uint PriorityEnd = 0x420;

    private static ReadOnlySpan<uint> Control =>
        [AuxiliaryControl, 0x100, 0x180, 0x200, 0x280, 0xD00, 0xD04, 0xD0C, 0xD10, 0xD14, 0xD1C, 0xD20];

    public static bool Contains(uint offset) =>
        offset is >= SysTick.ControlOffset and <= SysTick.CalibrationOffset
            or >= NvicRegisters.PriorityStart and < PriorityEnd
        || Control.Contains(offset);

    public static bool AreWritable(uint offset) =>
        Contains(offset) && offset is not (AuxiliaryControl or SystemControlBlock.Configuration);
}
