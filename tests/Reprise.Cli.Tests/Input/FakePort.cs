using Reprise.Emulation.Devices;

namespace Reprise.Cli.Tests.Input;

internal sealed class FakePort(string name) : IInputPort
{
    public string Name => name;

    public bool CanReceive { get; set; } = true;

    public void Receive(byte value)
    {
    }
}
