namespace Reprise.Unicorn;

/// <summary>The access that missed the virtual TLB (<c>uc_mem_type</c>).</summary>
public enum MemoryAccess
{
    Read = 16,
    Write = 17,
    Fetch = 18,
}
