using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Tests.Execution;

/// <summary>Answers at 0x40000000 with a value that depends on address and position, and logs every access.</summary>
internal sealed class LoggingBus(Action<ulong>? accessed = null) : IDeviceBus
{
    public List<string> Log { get; } = [];

    public bool Answers(ulong address) => address >> 28 == 4;

    public uint Read(ulong address, int size, ulong position)
    {
        var value = (uint)((address + position * 2_654_435_761) >> 3);
        Log.Add($"{position}: read {size} {address:x} {value:x}");
        accessed?.Invoke(position);
        return value;
    }

    public void Write(ulong address, uint value, int size, ulong position)
    {
        Log.Add($"{position}: write {size} {address:x} {value:x}");
        accessed?.Invoke(position);
    }
}
