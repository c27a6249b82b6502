using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices.PrimeCell;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Stellaris;

/// <summary>
/// The watchdog of the Stellaris (LM3S6965 data sheet, chapter 11): counts the system clock once INTEN is set, which only a reset
/// takes back.
/// </summary>
public sealed class StellarisWatchdog : ApbWatchdog
{
    private static readonly PrimeCellId _id = new(0x0118_1805);

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="source">The system clock.</param>
    /// <param name="interrupt">Its interrupt.</param>
    /// <param name="resetRequested">Asks for a reset of the machine.</param>
    public StellarisWatchdog(
        string name, VirtualClock clock, ClockSource source, InterruptLine interrupt, Action resetRequested)
        : base(name, clock, new DownCounter(clock, source), interrupt, resetRequested) => source.Changed += Update;

    private protected override bool CanSetControl => !IsCounting;

    private protected override uint PeekOther(uint offset) => _id.At(offset);
}

/// <summary>Makes it for board files.</summary>
internal sealed class StellarisWatchdogFactory : IDeviceFactory
{
    public string Type => "stellaris-watchdog";

    public string Example =>
        "watchdog: { type: stellaris-watchdog, address: 0x4000_0000, irq: 0, wires: { reset: reset } }";

    public IDevice Create(DeviceSite site) =>
        new StellarisWatchdog(site.Name, site.Clock, site.CpuClock, site.Line(), site.Pulse("reset"));
}
