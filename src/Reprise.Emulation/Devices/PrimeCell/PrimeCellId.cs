namespace Reprise.Emulation.Devices.PrimeCell;

/// <summary>
/// The identification registers at the end of a PrimeCell's 4 KB: four of the peripheral at 0xFE0, four of every
/// PrimeCell at 0xFF0, a byte each (DDI 0183, 0190 and 0194, "Peripheral identification registers").
/// </summary>
/// <param name="Peripheral">UARTPeriphID0 to 3 and their like, the first in the lowest byte.</param>
internal readonly record struct PrimeCellId(uint Peripheral)
{
    private const uint First = 0xFE0;
    private const uint Cell = 0xFF0;
    private const uint CellId = 0xB105_F00D;

    /// <summary>A PrimeCell as Arm has it: designer 0x41.</summary>
    /// <param name="part">Its part number, 0x011 for the PL011.</param>
    /// <param name="revision">Its revision.</param>
    public static PrimeCellId Arm(uint part, uint revision) => new((revision << 20) | 0x4_1000 | part);

    /// <summary>The same in a Stellaris (LM3S6965 data sheet, the registers of each peripheral).</summary>
    public static PrimeCellId Stellaris(uint part) => new(0x0118_0000 | part);

    /// <summary>The register at an offset, or zero when it is none of these.</summary>
    public uint At(uint offset) => offset switch
    {
        >= First and < Cell => (Peripheral >> (int)(8 * ((offset - First) / 4))) & 0xFF,
        >= Cell and < Cell + 0x10 => (CellId >> (int)(8 * ((offset - Cell) / 4))) & 0xFF,
        _ => 0,
    };
}
