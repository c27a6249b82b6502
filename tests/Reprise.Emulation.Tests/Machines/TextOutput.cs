using System.Text;
using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>What the firmware prints on UART0, as text.</summary>
internal sealed class TextOutput : IOutputSink
{
    public StringBuilder Text { get; } = new();

    public void Write(string port, byte value)
    {
        if (port == "uart0")
        {
            Text.Append((char)value);
        }
    }
}
