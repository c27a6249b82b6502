using Reprise.Emulation.State;

namespace Reprise.Emulation.Machines;

/// <content>What snapshots hold of a machine beside its pages, and what debuggers hold back.</content>
public sealed partial class Machine
{
    private const byte EndedAtReset = 0x80; // beside the holds in the state

    /// <summary>Everything but memory.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(Position);
        writer.Write(_idleTime);
        _clock.Save(writer);
        _processor.Save(writer);
        foreach (var mapping in _parts.Devices)
        {
            mapping.Device.Save(writer);
        }

        _semihosting?.Save(writer);
        SaveHolds(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote; memory is restored by its pages, before this.</summary>
    /// <exception cref="InvalidDataException">The state is not one of this board.</exception>
    public void Restore(ref StateReader reader)
    {
        _engine.Position = reader.ReadUInt64();
        _idleTime = reader.ReadUInt64();
        _clock.Restore(ref reader);
        _processor.Restore(ref reader);
        foreach (var mapping in _parts.Devices)
        {
            mapping.Device.Restore(ref reader);
        }

        _semihosting?.Restore(ref reader);
        RestoreHolds(ref reader);
    }

    /// <summary>What is held back from this position on.</summary>
    public StepHolds Holds =>
        (_processor.HoldsInterrupts ? StepHolds.Interrupts : StepHolds.None)
        | (_timeStoodAt is null ? StepHolds.None : StepHolds.Time);

    /// <summary>
    /// Holds something back from this position on, as a debugger wants it while it steps, or no longer, and settles: what
    /// is due is entered.
    /// </summary>
    public void Hold(StepHolds holds)
    {
        _processor.HoldsInterrupts = holds.HasFlag(StepHolds.Interrupts);
        var stands = holds.HasFlag(StepHolds.Time);
        _timeStoodAt = stands ? _timeStoodAt ?? Position : null;
        if (!stands)
        {
            // Timers that were due meanwhile fire in their order, each at its time, as if it had not stood.
            for (var due = NextDeadlinePosition; due < Position; due = NextDeadlinePosition)
            {
                _clock.Now = TimeAt(due);
                _clock.FireExpired();
            }
        }

        Settle();
    }

    /// <summary>The rare cases have longer states: that of the others is as it was before there were these.</summary>
    private void SaveHolds(StateWriter writer)
    {
        if (Holds != StepHolds.None || _endedAtReset)
        {
            writer.Write((byte)((byte)Holds | (_endedAtReset ? EndedAtReset : 0)));
        }

        if (_timeStoodAt is { } position)
        {
            writer.Write(position);
        }
    }

    private void RestoreHolds(ref StateReader reader)
    {
        var flags = reader.AtEnd ? (byte)0 : reader.ReadByte();
        var holds = (StepHolds)(flags & ~EndedAtReset);
        EndAtReset((flags & EndedAtReset) != 0);
        _processor.HoldsInterrupts = holds.HasFlag(StepHolds.Interrupts);
        _timeStoodAt = holds.HasFlag(StepHolds.Time) ? reader.ReadUInt64() : null;
    }
}
