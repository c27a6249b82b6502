namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>What the processor was doing when the bus answered with an error (DDI 0403E, B3.2.15).</summary>
public enum BusFaultKind
{
    /// <summary>A load or store; the fault is precise and BFAR holds its address.</summary>
    Data,

    /// <summary>An instruction fetch; BFAR stays as it was.</summary>
    InstructionFetch,
}
