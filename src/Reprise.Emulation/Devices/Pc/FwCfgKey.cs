namespace Reprise.Emulation.Devices.Pc;

/// <summary>The numbers of fw_cfg's three items for a part of a kernel (docs/specs/fw_cfg of QEMU).</summary>
/// <param name="Address">Where the part goes.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Data">The part itself.</param>
internal readonly record struct FwCfgKey(ushort Address, ushort Size, ushort Data)
{
    public static FwCfgKey Kernel => new(0x07, 0x08, 0x11);

    public static FwCfgKey Initrd => new(0x0A, 0x0B, 0x12);

    public static FwCfgKey CommandLine => new(0x13, 0x14, 0x15);

    public static FwCfgKey Setup => new(0x16, 0x17, 0x18);
}
