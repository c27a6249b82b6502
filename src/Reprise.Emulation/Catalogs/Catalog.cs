using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Reprise.Emulation.Catalogs;

/// <summary>
/// Finds parts by what they are: boards, commands, packets. Adding one is adding its file; no list has to learn of it.
/// </summary>
public static class Catalog
{
    private const string Rooted = "The tool's project keeps whole the assemblies that are searched (TrimmerRootAssembly).";

    /// <summary>One instance of every class of an assembly that is a <typeparamref name="T"/>, in no useful order.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = Rooted)]
    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = Rooted)]
    [UnconditionalSuppressMessage("Trimming", "IL2062", Justification = Rooted)]
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = Rooted)]
    public static IEnumerable<T> Of<T>(Assembly assembly)
    {
        foreach (var type in assembly.GetTypes())
        {
            if (type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(T)))
            {
                yield return (T)Activator.CreateInstance(type)!;
            }
        }
    }
}
