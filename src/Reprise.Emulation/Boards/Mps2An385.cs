using Reprise.Emulation.Cpus.CortexM;

namespace Reprise.Emulation.Boards;

/// <summary>Arm MPS2, Cortex-M3 FPGA image AN385.</summary>
public sealed class Mps2An385 : Mps2Board
{
    public override string Name => "mps2-an385";

    public override string Description => "Arm MPS2, Cortex-M3 FPGA image AN385";

    private protected override CortexMModel Model => CortexMModel.M3;
}
