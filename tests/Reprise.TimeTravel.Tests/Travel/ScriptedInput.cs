using System.Text;
using Reprise.Emulation.Devices;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>Text for uart0, or for another port; a byte is offered only every few questions, so that input comes at all sorts of moments.</summary>
internal sealed class ScriptedInput(string text, int questionsPerByte = 1, string name = "uart0") : IHostInput
{
    private readonly byte[] _bytes = Encoding.Latin1.GetBytes(text);
    private int _next;
    private int _questions;

    public bool CanDeliver => _next < _bytes.Length;

    public bool HasByte(IInputPort port, ulong position) => CanDeliver && port.Name == name;

    public bool TryRead(IInputPort port, ulong position, out byte value)
    {
        value = 0;
        if (port.Name != name || _next == _bytes.Length || ++_questions % questionsPerByte != 0)
        {
            return false;
        }

        value = _bytes[_next++];
        return true;
    }

    public void Wait()
    {
    }
}
