using Reprise.Emulation.Devices;

namespace Reprise.TimeTravel.Travel;

/// <summary>Lets the machine's output through while it goes where it has not been; the past is not printed twice.</summary>
public sealed class GatedOutput(IOutputSink sink) : IOutputSink
{
    private bool _isWritten;

    public bool IsOpen { get; set; }

    public void Write(string port, byte value)
    {
        if (IsOpen)
        {
            _isWritten = true;
            sink.Write(port, value);
        }
    }

    public void Flush()
    {
        if (_isWritten)
        {
            _isWritten = false;
            sink.Flush();
        }
    }
}
