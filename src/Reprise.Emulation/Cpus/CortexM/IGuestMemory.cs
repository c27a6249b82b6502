namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>The processor's data bus, for stacking and for the vector table. Addresses are word aligned.</summary>
public interface IGuestMemory
{
    /// <summary>Reads a word; false is a bus error.</summary>
    bool TryRead32(uint address, out uint value);

    /// <summary>Writes a word; false is a bus error.</summary>
    bool TryWrite32(uint address, uint value);
}
