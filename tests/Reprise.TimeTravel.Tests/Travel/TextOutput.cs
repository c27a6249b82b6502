using System.Text;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Semihosting;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>What came out of uart0 and the semihosting console.</summary>
internal sealed class TextOutput : IOutputSink
{
    private readonly StringBuilder _text = new();

    public string Text => _text.ToString();

    public void Write(string port, byte value)
    {
        if (port is "uart0" or SemihostingCalls.OutputPort or SemihostingCalls.ErrorPort)
        {
            _text.Append((char)value);
        }
    }
}
