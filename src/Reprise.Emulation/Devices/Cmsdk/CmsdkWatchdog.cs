using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices.PrimeCell;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Cmsdk;

/// <summary>APB watchdog (DDI 0479, section "APB watchdog"): has an integration test mode, in which a register drives its outputs.</summary>
public sealed class CmsdkWatchdog : ApbWatchdog
{
    private const uint TestControl = 0xF00;
    private const uint TestOutput = 0xF04;
    private const uint TestReset = 1;
    private const uint TestInterrupt = 2;

    private uint _testControl;
    private uint _testOutput;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="frequency">WDOGCLK in Hz.</param>
    /// <param name="interrupt">WDOGINT; the NMI on AN385.</param>
    /// <param name="resetRequested">WDOGRES rises: the machine is to be reset.</param>
    public CmsdkWatchdog(
        string name, VirtualClock clock, uint frequency, InterruptLine interrupt, Action resetRequested)
        : base(name, clock, new DownCounter(clock, frequency), interrupt, resetRequested)
    {
    }

    private protected override bool InterruptLevel =>
        _testControl != 0 ? (_testOutput & TestInterrupt) != 0 : MaskedInterrupt;

    private protected override bool CanReset => base.CanReset && _testControl == 0;

    private bool IsTestReset => _testControl != 0 && (_testOutput & TestReset) != 0;

    public override void Reset()
    {
        (_testControl, _testOutput) = (0, 0);
        base.Reset();
    }

    private protected override void SaveOther(StateWriter writer)
    {
        writer.Write(_testControl);
        writer.Write(_testOutput);
    }

    private protected override void RestoreOther(ref StateReader reader)
    {
        _testControl = reader.ReadUInt32();
        _testOutput = reader.ReadUInt32();
    }

    // ITOP is write only.
    private protected override uint PeekOther(uint offset) =>
        offset == TestControl ? _testControl : PeripheralId.At(offset, part: 0x24);

    private protected override void WriteOther(uint offset, uint value)
    {
        var before = IsTestReset;
        switch (offset)
        {
            case TestControl:
                _testControl = value & 1;
                break;
            case TestOutput:
                _testOutput = value & (TestReset | TestInterrupt);
                break;
        }

        if (!before && IsTestReset)
        {
            Update();
            ResetRequested();
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class CmsdkWatchdogFactory : IDeviceFactory
{
    public string Type => "cmsdk-watchdog";

    public string Example =>
        "watchdog: { type: cmsdk-watchdog, address: 0x4000_0000, clock: 25 MHz, irq: 0, wires: { reset: reset } }";

    public IDevice Create(DeviceSite site) => new CmsdkWatchdog(
        site.Name, site.Clock, site.Options.Frequency("clock"), site.Line(), site.Pulse("reset"));
}
