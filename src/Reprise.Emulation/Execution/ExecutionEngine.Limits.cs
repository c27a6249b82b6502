namespace Reprise.Emulation.Execution;

/// <content>Where a run ends early because somebody has to look.</content>
public sealed unsafe partial class ExecutionEngine
{
    private bool _stopAtMaskChanges;
    private bool _stopAtModeChanges;

    /// <summary>Stop behind every instruction that may unmask interrupts: one is pending, and masked.</summary>
    public bool StopAtMaskChanges
    {
        get => _stopAtMaskChanges;
        set => Change(ref _stopAtMaskChanges, value);
    }

    /// <summary>Stop behind every instruction that may change what code is allowed to do: it hangs on that.</summary>
    public bool StopAtModeChanges
    {
        get => _stopAtModeChanges;
        set => Change(ref _stopAtModeChanges, value);
    }

    /// <summary>Lowers the limit of the run that an access of the guest came from.</summary>
    public void LimitTo(ulong position)
    {
        _limit = Math.Min(_limit, position);
        _state->Limit = Math.Min(_state->Limit, position);
        if (position < _state->Position)
        {
            Abandon();
        }
    }

    /// <summary>Ends the run that an access of the guest came from behind the block that made it.</summary>
    public void LimitToBlock() => LimitTo(_state->Position);

    private void Change(ref bool stops, bool value)
    {
        if (value && !stops)
        {
            _blocks.DistrustMaskChanges();
        }

        stops = value;
    }
}
