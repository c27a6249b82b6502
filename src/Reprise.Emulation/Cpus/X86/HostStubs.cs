using System.Runtime.InteropServices;
using Iced.Intel;
using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>Code that does one instruction of the guest's on the host, assembled when it is first wanted.</summary>
/// <typeparam name="TKey">What one stub does.</typeparam>
internal sealed class HostStubs<TKey>
    where TKey : notnull
{
    /// <summary>Bytes that a stub has at most.</summary>
    private const int Longest = 128;

    private readonly Dictionary<TKey, nint> _stubs = [];
    private readonly List<ExecutableMemory> _areas = [];

    /// <summary>Its stubs go with it; few processors ever need one.</summary>
    ~HostStubs()
    {
        foreach (var area in _areas)
        {
            area.Dispose();
        }
    }

    /// <summary>The address of a stub.</summary>
    /// <param name="key">What it does.</param>
    /// <param name="argument">What assembling it needs.</param>
    /// <param name="assemble">Assembles it, if it is not there yet.</param>
    public nint Get<TArgument>(TKey key, TArgument argument, Action<Assembler, TArgument> assemble)
    {
        ref var stub = ref CollectionsMarshal.GetValueRefOrAddDefault(_stubs, key, out var exists);
        if (exists)
        {
            return stub;
        }

        if (_areas.Count == 0 || _areas[^1].Free < Longest)
        {
            _areas.Add(new ExecutableMemory((nuint)Environment.SystemPageSize));
        }

        var area = _areas[^1];
        var code = new Assembler(64);
        assemble(code, argument);
        stub = area.Append(CounterCode.Bytes(code, area.End));
        return stub;
    }
}
