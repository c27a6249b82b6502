namespace Reprise.Emulation.Execution;

/// <content>
/// A range of code that a run in <see cref="HitMode.Stop"/> stays in: it stops where the PC leaves it. Blocks wholly inside
/// take the fast path; the slow path knows the exact position at which another block leaves, as it does of breakpoints.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private CodeRange? _range;

    /// <summary>Where a run stays, but for the position at which it begins; null for anywhere.</summary>
    public CodeRange? Range
    {
        get => _range;
        set
        {
            if (value is not null && value != _range)
            {
                _blocks.RaiseEpoch();
            }

            _range = value;
        }
    }

    /// <summary>Whether an address, the PC, is outside of the range.</summary>
    public bool HasLeft(ulong address) => _range?.Contains(address) == false;

    /// <summary>Whether a block has instructions outside of the range.</summary>
    private bool LeavesRange(ulong address, uint size) => _range?.Contains(address, size) == false;
}
