using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Tests.Execution;

/// <summary>A bus that nothing is on.</summary>
internal sealed class EmptyBus : IDeviceBus
{
    public bool Answers(ulong address) => false;

    public uint Read(ulong address, int size, ulong position) => throw new InvalidOperationException();

    public void Write(ulong address, uint value, int size, ulong position) => throw new InvalidOperationException();
}
