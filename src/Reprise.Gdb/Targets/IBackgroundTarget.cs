namespace Reprise.Gdb.Targets;

/// <summary>A target that may run while no debugger is connected.</summary>
public interface IBackgroundTarget
{
    /// <summary>True when the guest is to run now: it was not told to wait, or a debugger let it go.</summary>
    bool RunsAlone { get; }

    /// <summary>Runs until <paramref name="stop"/>, which is asked every few ms, says so or the guest stops.</summary>
    /// <returns>False when the run is over and there is nothing left to serve.</returns>
    bool RunAlone(Func<bool> stop);
}
