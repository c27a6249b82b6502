using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// What a PS/2 device has to say: the answer to the last command, before what it reports by itself. A new command drops
/// what is left of the answer to the one before; whole reports that don't fit are lost.
/// </summary>
internal sealed class Ps2Queue
{
    private const int ReportRoom = 16; // as a keyboard's buffer (IBM PS/2 reference, "keyboard buffer")
    private const int AnswerRoom = 16;

    private readonly ByteFifo _answers = new(AnswerRoom);
    private readonly ByteFifo _reports = new(ReportRoom);

    private byte _last;

    public event Action? DataReady;

    public bool HasData => _answers.Count + _reports.Count > 0;

    /// <summary>Nothing waits: a whole keystroke fits.</summary>
    public bool IsEmpty => !HasData;

    /// <summary>The next byte; the last one when there is none.</summary>
    public byte Next => _answers.Count > 0 ? _answers.First : _reports.Count > 0 ? _reports.First : _last;

    public void Advance()
    {
        _last = Next;
        (_answers.Count > 0 ? _answers : _reports).Take();
    }

    public void Answer(params ReadOnlySpan<byte> bytes)
    {
        _answers.Clear();
        foreach (var value in bytes)
        {
            _answers.Add(value);
        }

        DataReady?.Invoke();
    }

    public void Report(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= _reports.Room)
        {
            foreach (var value in bytes)
            {
                _reports.Add(value);
            }

            DataReady?.Invoke();
        }
    }

    public void Clear()
    {
        _answers.Clear();
        _reports.Clear();
    }

    public void Reset()
    {
        Clear();
        _last = 0;
    }

    public void Save(StateWriter writer)
    {
        _answers.Save(writer);
        _reports.Save(writer);
        writer.Write(_last);
    }

    public void Restore(ref StateReader reader)
    {
        _answers.Restore(ref reader);
        _reports.Restore(ref reader);
        _last = reader.ReadByte();
    }
}
