namespace Reprise.Emulation.Execution;

/// <summary>What the processor answers of an instruction that is <see cref="InstructionEffect.Announced"/>.</summary>
public enum HowItRuns
{
    /// <summary>As any other.</summary>
    Plainly,

    /// <summary>By itself, with the processor told behind it.</summary>
    Alone,

    /// <summary>The processor does it, as one that is <see cref="InstructionEffect.Emulated"/>.</summary>
    Emulated,
}
