namespace Reprise.Emulation.Machines;

/// <summary>A device's way to end the run; its state is the device's.</summary>
public sealed class ExitLatch
{
    /// <summary>The exit status; null while the run goes on.</summary>
    public int? Code { get; set; }
}
