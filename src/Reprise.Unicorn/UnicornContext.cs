using System.Runtime.InteropServices;

namespace Reprise.Unicorn;

/// <summary>
/// A saved CPU state, for the engine it was made with. It holds that engine's pointers (the MPU tables on ARM): restored
/// into another engine it runs, but closing both then frees the tables twice and aborts the process (seen on 2.1.4).
/// </summary>
public sealed class UnicornContext : SafeHandle
{
    internal UnicornContext(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => NativeMethods.uc_context_free(handle) == UnicornError.Ok;
}
