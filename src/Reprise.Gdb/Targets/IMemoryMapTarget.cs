namespace Reprise.Gdb.Targets;

/// <summary>A target that knows what is where.</summary>
public interface IMemoryMapTarget
{
    /// <summary>All that answers, by address, none over another. gdb takes nothing else for readable.</summary>
    IReadOnlyList<MemoryArea> MemoryAreas { get; }
}
