using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>Counts and hashes what the firmware sends; goes back in time with its run.</summary>
internal sealed class OutputHash : IOutputSink
{
    public (int Count, uint Hash) Value { get; set; }

    public void Write(string port, byte value) =>
        Value = (Value.Count + 1, ((Value.Hash * 31) + value + (uint)port[^1]) * 2_654_435_761);
}
