using Reprise.Emulation.Devices;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Semihosting;
using Reprise.TimeTravel.Hosting;
using Reprise.TimeTravel.Recording;

namespace Reprise.TimeTravel.Travel;

/// <summary>
/// Records once more what is known to have happened on a branch: the same events at the same positions, in intervals of
/// another length. The states are those of the first time (law 2), so what it costs can be compared.
/// </summary>
public sealed class Rerecorder
{
    private readonly Timeline _timeline;
    private readonly Recorder _recorder;
    private readonly History _known;

    /// <param name="timeline">A machine of the same recording at position 0, with an empty history.</param>
    /// <param name="known">What happened.</param>
    /// <param name="options">How it is recorded now.</param>
    /// <param name="sink">Takes what is recorded; null when nobody does.</param>
    public Rerecorder(Timeline timeline, History known, RecorderOptions options, IRecordingSink? sink)
    {
        _timeline = timeline;
        _known = known;
        _recorder = new Recorder(timeline, options, new NoInput(), sink, new RecordedReplies());
    }

    /// <summary>Runs to the end of what is known, and closes the last interval.</summary>
    /// <param name="interrupted">Asked every few ms; true stops the run.</param>
    /// <returns>False when it was interrupted.</returns>
    /// <exception cref="DivergenceException">
    /// The machine stopped elsewhere than it did the first time, or its state at the end is another.
    /// </exception>
    public bool Run(Func<bool> interrupted)
    {
        foreach (var input in _known.Events)
        {
            if (!RunTo(input.Position, interrupted))
            {
                return false;
            }

            _recorder.Repeat(input);
        }

        if (!RunTo(_known.ClosedEnd, interrupted))
        {
            return false;
        }

        _recorder.CloseInterval();
        if (_known.Intervals is [.., var last] && _timeline.StateHash() != (last.HashLow, last.HashHigh))
        {
            throw new DivergenceException($"The state at {last.Last} is not what it was.");
        }

        return true;
    }

    private bool RunTo(ulong position, Func<bool> interrupted)
    {
        while (_timeline.Position < position)
        {
            var before = _timeline.Position;
            if (_recorder.Record(position, HitMode.Ignore, interrupted) is not { } reason)
            {
                return false;
            }

            if (_timeline.Position == before && reason.Kind != StopKind.LimitReached)
            {
                throw new DivergenceException(
                    $"The run stopped at {before} ({reason.Kind}) on its way to {position}.");
            }
        }

        return true;
    }

    /// <summary>Everything that came is in the history.</summary>
    private sealed class NoInput : IHostInput
    {
        public bool CanDeliver => false;

        public bool HasByte(IInputPort port, ulong position) => false;

        public bool TryRead(IInputPort port, ulong position, out byte value)
        {
            value = 0;
            return false;
        }

        public void Wait()
        {
        }
    }

    /// <summary>So is every answer of the host: the run stops at each call, where the answer is the next event.</summary>
    private sealed class RecordedReplies : IHostServices
    {
        public HostReply? Answer(HostRequest request) => null;

        public bool StopsAt(HostRequest request) => true;
    }
}
