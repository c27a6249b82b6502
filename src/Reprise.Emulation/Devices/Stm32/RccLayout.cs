namespace Reprise.Emulation.Devices.Stm32;

/// <summary>Where the RCC of a family has its registers, and what they are at reset.</summary>
/// <param name="Size">Bytes of registers.</param>
/// <param name="Configuration">Offset of CFGR; CIR is behind it.</param>
/// <param name="Backup">Offset of BDCR; CSR is behind it.</param>
/// <param name="Oscillators">Enable bits of CR whose ready bit is the next one.</param>
/// <param name="PowerOn">Offsets and values of the registers that are not zero at reset.</param>
public sealed record RccLayout(
    uint Size, uint Configuration, uint Backup, uint Oscillators, IReadOnlyDictionary<uint, uint> PowerOn)
{
    // HSION, HSEON, PLLON; the F2 and F4 have PLLI2SON too.
    private const uint ThreeOscillators = (1u << 0) | (1u << 16) | (1u << 24);
    private const uint FourOscillators = ThreeOscillators | (1u << 26);

    /// <summary>By the family's name in board files: RM0041 chapter 6, RM0033 chapter 5, RM0090 chapter 7.</summary>
    public static IReadOnlyDictionary<string, RccLayout> Families { get; } = new Dictionary<string, RccLayout>
    {
        ["f1"] = new(0x30, 0x04, 0x20, ThreeOscillators, new Dictionary<uint, uint>
        {
            [0x00] = 0x0000_0081,
            [0x14] = 0x0000_0014,
            [0x24] = 0x0C00_0000,
        }),
        ["f2"] = new(0x88, 0x08, 0x70, FourOscillators, new Dictionary<uint, uint>
        {
            [0x00] = 0x0000_0081,
            [0x04] = 0x2400_3010,
            [0x50] = 0x7E67_91FF,
            [0x54] = 0x0000_00F1,
            [0x58] = 0x0000_0001,
            [0x60] = 0x36FE_C9FF,
            [0x64] = 0x0007_5F33,
            [0x74] = 0x0E00_0000,
            [0x84] = 0x2000_3000,
        }),
        ["f4"] = new(0x88, 0x08, 0x70, FourOscillators, new Dictionary<uint, uint>
        {
            [0x00] = 0x0000_0081,
            [0x04] = 0x2400_3010,
            [0x30] = 0x0010_0000,
            [0x50] = 0x7E67_91FF,
            [0x54] = 0x0000_00F1,
            [0x58] = 0x0000_0001,
            [0x60] = 0x36FE_C9FF,
            [0x64] = 0x0007_5F33,
            [0x74] = 0x0E00_0000,
            [0x84] = 0x2000_3000,
        }),
    };
}
