using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>What sets the models of the Cortex-M apart; identification registers are those that QEMU answers.</summary>
public sealed class CortexMModel
{
    private static readonly uint[] _identificationM3 =
        [0x30, 0x200, 0x0010_0000, 0, 0x30, 0, 0, 0, 0x0114_1110, 0x0211_1000, 0x2111_2231, 0x0111_1110, 0x0131_0102];

    private static readonly uint[] _identificationM7 =
    [
        0x30, 0x200, 0x0010_0000, 0, 0x0010_0030, 0, 0x0100_0000, 0,
        0x0110_1110, 0x0211_2000, 0x2023_2231, 0x0111_1131, 0x0131_0132,
    ];

    private CortexMModel(string name, CortexMCore core, uint cpuId)
    {
        Name = name;
        Core = core;
        CpuId = cpuId;
    }

    /// <summary>ARMv6-M (DDI 0419): no configurable faults, no unprivileged mode, 2 bits of priority.</summary>
    public static CortexMModel M0 { get; } = new("cortex-m0", CortexMCore.M0, 0x410C_C200)
    {
        IsBaseline = true,
        Identification = [],
        MpuRegions = 0,
        HasBitBand = false,
    };

    public static CortexMModel M3 { get; } = new("cortex-m3", CortexMCore.M3, 0x410F_C231);

    public static CortexMModel M4F { get; } = new("cortex-m4f", CortexMCore.M4, 0x410F_C240)
    {
        MediaAndFp = [0x1011_0021, 0x1100_0011, 0],
    };

    public static CortexMModel M7 { get; } = new("cortex-m7", CortexMCore.M7, 0x411F_C272)
    {
        Identification = _identificationM7,
        MediaAndFp = [0x1011_0221, 0x1200_0011, 0x40],
    };

    /// <summary>All there are.</summary>
    public static IReadOnlyList<CortexMModel> All { get; } = [M0, M3, M4F, M7];

    /// <summary>Lower case; what target descriptions are looked up by.</summary>
    public string Name { get; }

    /// <summary>CPUID (DDI 0403E, B3.2.3).</summary>
    public uint CpuId { get; }

    /// <summary>ID_PFR0, PFR1, DFR0, AFR0, MMFR0 to 3, ISAR0 to 4 (B4).</summary>
    public IReadOnlyList<uint> Identification { get; private init; } = _identificationM3;

    /// <summary>MVFR0 to 2 (B4.7); empty without an FPU.</summary>
    public IReadOnlyList<uint> MediaAndFp { get; private init; } = [];

    /// <summary>ARMv6-M: what ARMv7-M adds is not there.</summary>
    public bool IsBaseline { get; private init; }

    public bool HasFpu => MediaAndFp.Count > 0;

    /// <summary>Regions of the MPU.</summary>
    public int MpuRegions { get; private init; } = 8;

    /// <summary>Bits of SRAM and peripherals have addresses of their own. Optional in hardware; QEMU has it on all.</summary>
    public bool HasBitBand { get; private init; } = true;

    internal CortexMCore Core { get; }

    /// <summary>A new engine of this model, with the caller's TLB-fill hook.</summary>
    public UnicornEngine Open() => UnicornEngine.OpenCortexM(Core);
}
