namespace Reprise.Emulation.Devices.Cmsdk;

/// <summary>
/// The identification registers at the end of a CMSDK peripheral's 4 KB: PID4 to PID7 at 0xFD0, PID0 to PID3 at 0xFE0,
/// CID0 to CID3 at 0xFF0 (DDI 0479, the programmers' model of each component).
/// </summary>
internal static class PeripheralId
{
    private const uint First = 0xFD0;

    /// <summary>The id register at an offset, or zero when it isn't one.</summary>
    /// <param name="offset">Byte offset into the peripheral.</param>
    /// <param name="part">PID0: low byte of the part number.</param>
    public static uint At(uint offset, byte part)
    {
        // PID4 is Arm's JEP106 continuation code; PID1 and PID2 hold its identity 0x3B and part 0x8xx, revision 1.
        ReadOnlySpan<byte> ids = [0x04, 0, 0, 0, part, 0xB8, 0x1B, 0, 0x0D, 0xF0, 0x05, 0xB1];
        return offset is >= First and < 0x1000 ? ids[(int)((offset - First) / 4)] : 0u;
    }
}
