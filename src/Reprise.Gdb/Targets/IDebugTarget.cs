using Reprise.Gdb.Descriptions;

namespace Reprise.Gdb.Targets;

/// <summary>
/// The least a debugger needs. What a target can beyond it, it says by implementing <see cref="IBreakpointTarget"/>,
/// <see cref="IReverseTarget"/>, <see cref="IMonitorTarget"/>, <see cref="IRestartTarget"/>,
/// <see cref="IMemoryMapTarget"/>, <see cref="IThreadTarget"/> or <see cref="IStepMaskTarget"/>. All calls come from the
/// thread that runs the server, and the guest stands still between calls of <see cref="Resume"/>.
/// </summary>
public interface IDebugTarget
{
    TargetDescription Description { get; }

    /// <summary>Why the guest stands still now; before the first resume, why it has not started.</summary>
    DebugStop LastStop { get; }

    /// <summary>Reads a register in target byte order.</summary>
    /// <param name="number">A number of <see cref="Description"/>; others never come.</param>
    /// <param name="value">As long as the register.</param>
    /// <returns>False when the register has no value now.</returns>
    bool TryReadRegister(int number, Span<byte> value);

    WriteResult WriteRegister(int number, ReadOnlySpan<byte> value);

    /// <summary>How many bytes from the start could be read; 0 when not even the first.</summary>
    int ReadMemory(ulong address, Span<byte> destination);

    /// <summary>Writes all or nothing.</summary>
    WriteResult WriteMemory(ulong address, ReadOnlySpan<byte> value);

    /// <summary>Moves the guest, and returns when it stands still again.</summary>
    /// <param name="action">Reverse kinds come only to an <see cref="IReverseTarget"/>.</param>
    /// <param name="interrupted">
    /// To be called every 20 ms or so; true asks for a stop as soon as possible, best answered with
    /// <see cref="DebugStop.Interrupted"/>.
    /// </param>
    DebugStop Resume(ResumeAction action, Func<bool> interrupted);

    /// <summary>The debugger lets go; its breakpoints are gone. A replay stays, a live guest may run on.</summary>
    void Detach();

    /// <summary>The debugger ends the guest, and with it the server.</summary>
    void Kill();
}
