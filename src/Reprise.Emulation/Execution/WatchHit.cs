namespace Reprise.Emulation.Execution;

/// <summary>A watched access.</summary>
/// <param name="Position">Position of the instruction that makes it; the access has not happened there yet.</param>
/// <param name="Address">First watched byte that it touches.</param>
/// <param name="Kind">Read or write.</param>
/// <param name="Watchpoint">What the watchpoint that it hit looks for.</param>
/// <param name="IsOutside">
/// The instruction did not make it: the frame of an exception that was entered behind it, or what a device, input or a debugger
/// wrote. It is seen when it has happened.
/// </param>
public readonly record struct WatchHit(
    ulong Position, ulong Address, WatchKinds Kind, WatchKinds Watchpoint, bool IsOutside = false);
