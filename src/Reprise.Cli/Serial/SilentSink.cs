using Reprise.Emulation.Devices;

namespace Reprise.Cli.Serial;

/// <summary>Output that nobody wants.</summary>
internal sealed class SilentSink : IOutputSink
{
    public void Write(string port, byte value)
    {
    }
}
