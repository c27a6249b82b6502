namespace Reprise.Emulation.Execution;

/// <summary>The instruction that makes an access.</summary>
internal unsafe struct AccessOrigin
{
    /// <summary>Where its translation goes on behind the access.</summary>
    public nint ReturnAddress;

    /// <summary>The block that it is in.</summary>
    public BlockEntry* Block;

    /// <summary>Its address.</summary>
    public ulong ProgramCounter;

    /// <summary>Instructions of the block before it.</summary>
    public ulong Index;

    /// <summary>It can't be left in the middle (<see cref="IInstructionDecoder.RepairAfterFill"/>).</summary>
    public bool IsStubborn;
}
