namespace Reprise.Gdb.Descriptions;

/// <summary>Target descriptions by the name that the emulator's processors give.</summary>
public static class DescriptionCatalog
{
    private static readonly Dictionary<string, TargetDescription> _all = new(StringComparer.Ordinal)
    {
        ["cortex-m0"] = CortexMDescription.Baseline,
        ["cortex-m3"] = CortexMDescription.Instance,
        ["cortex-m4f"] = CortexMDescription.WithFpu,
        ["cortex-m7"] = CortexMDescription.WithFpu,
        ["i386"] = X86Description.I386,
        ["i386-nx"] = X86Description.I386,
        ["x86_64"] = X86Description.X64,
    };

    /// <exception cref="ArgumentException">There is none for such a processor.</exception>
    public static TargetDescription Of(string processor) =>
        _all.TryGetValue(processor, out var description)
            ? description
            : throw new ArgumentException($"No target description for '{processor}'.", nameof(processor));
}
