using System.Runtime.InteropServices;

namespace Reprise.Unicorn;

/// <summary>
/// A saved CPU state, for the engine it was made with. It holds that engine's pointers (the MPU tables on ARM): restored
/// into another engine it runs, but closing both then frees the tables twice and aborts the process (seen on 2.1.4).
/// </summary>
public sealed unsafe class UnicornContext : SafeHandle
{
    private readonly int _size;

    internal UnicornContext(nint handle, nuint size)
        : base(0, ownsHandle: true)
    {
        SetHandle(handle);
        _size = (int)size;
    }

    /// <summary>The saved state itself, in the library's own layout, for what has no register.</summary>
    // SAFETY: the handle is a block of that size from the constructor until Dispose; a disposed one gives an empty span.
    public Span<byte> Bytes => new((void*)handle, IsClosed ? 0 : _size);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => NativeMethods.uc_context_free(handle) == UnicornError.Ok;
}
