namespace Reprise.Emulation.Machines;

/// <summary>How devices end the run; what each of them asks for is its own state.</summary>
public sealed class ExitLatch
{
    private readonly SortedDictionary<string, int> _codes = new(StringComparer.Ordinal);

    /// <summary>The exit status; null while the run goes on.</summary>
    public int? Code { get; private set; }

    /// <summary>Asks for the end of the run, or no longer.</summary>
    /// <param name="device">The name of the device that asks.</param>
    /// <param name="code">The exit status; null for none.</param>
    public void Set(string device, int? code)
    {
        if (code is { } wanted)
        {
            _codes[device] = wanted;
        }
        else
        {
            _codes.Remove(device);
        }

        Code = _codes.Count > 0 ? _codes.First().Value : null;
    }
}
