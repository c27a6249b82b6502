using Reprise.Emulation.Cpus.CortexM;

namespace Reprise.Emulation.Boards;

/// <summary>Arm MPS2, Cortex-M7 FPGA image AN500.</summary>
public sealed class Mps2An500 : Mps2Board
{
    public override string Name => "mps2-an500";

    public override string Description => "Arm MPS2, Cortex-M7 FPGA image AN500";

    private protected override CortexMModel Model => CortexMModel.M7;

    private protected override ulong PsramAddress => 0x6000_0000;

    private protected override bool HasBlockRam => false;

    private protected override ulong EthernetAddress => 0xA000_0000;
}
