using System.Runtime.InteropServices;

namespace Reprise.Unicorn;

/// <summary>The answer of a TLB-fill hook (<c>uc_tlb_entry</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct TlbEntry
{
    public ulong PhysicalAddress;
    public PagePermissions Permissions;
}
