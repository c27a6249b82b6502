using Reprise.Emulation.Cpus.CortexM;

namespace Reprise.Emulation.Boards;

/// <summary>Arm MPS2, Cortex-M4F FPGA image AN386.</summary>
public sealed class Mps2An386 : Mps2Board
{
    public override string Name => "mps2-an386";

    public override string Description => "Arm MPS2, Cortex-M4F FPGA image AN386";

    private protected override CortexMModel Model => CortexMModel.M4F;
}
