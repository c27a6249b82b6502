namespace Reprise.Emulation.Cpus;

/// <summary>A register as debuggers name it.</summary>
/// <param name="Name">Lower-case name, as gdb's target description has it.</param>
/// <param name="Bits">Width.</param>
public readonly record struct RegisterInfo(string Name, int Bits)
{
    /// <summary>A debugger can't change it.</summary>
    public bool IsReadOnly { get; init; }
}
