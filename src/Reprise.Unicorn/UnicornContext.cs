using System.Runtime.InteropServices;

namespace Reprise.Unicorn;

/// <summary>A saved CPU state; restores into any engine of the same CPU model.</summary>
public sealed class UnicornContext : SafeHandle
{
    internal UnicornContext(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => NativeMethods.uc_context_free(handle) == UnicornError.Ok;
}
