using Reprise.Emulation.Boards;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Cmsdk;

/// <summary>
/// APB dual timer (DDI 0479, section "APB dual-input timers"): two down-counters with prescalers of 1, 16 or 256,
/// 16 or 32 bits wide, free-running, periodic or one-shot, with one combined interrupt.
/// </summary>
public sealed class CmsdkDualTimer : RegisterDevice
{
    private const uint SecondChannel = 0x20;
    private const uint EndOfChannels = 0x40;
    private const uint TestControl = 0xF00;
    private const uint TestOutput = 0xF04;

    private readonly InterruptLine _interrupt;
    private readonly DualTimerChannel _first;
    private readonly DualTimerChannel _second;
    private uint _testControl;
    private uint _testOutput;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="frequency">TIMCLK in Hz.</param>
    /// <param name="interrupt">TIMINTC, the combined interrupt.</param>
    public CmsdkDualTimer(string name, VirtualClock clock, uint frequency, InterruptLine interrupt)
        : base(name)
    {
        _interrupt = interrupt;
        _first = new DualTimerChannel(name + ".1", clock, frequency, Update);
        _second = new DualTimerChannel(name + ".2", clock, frequency, Update);
    }

    public override void Reset()
    {
        _testControl = 0;
        _testOutput = 0;
        _first.Reset();
        _second.Reset();
        Update();
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_testControl);
        writer.Write(_testOutput);
        _first.Save(writer);
        _second.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        _testControl = reader.ReadUInt32();
        _testOutput = reader.ReadUInt32();
        _first.Restore(ref reader);
        _second.Restore(ref reader);
        _interrupt.Restore(InterruptLevel);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        < SecondChannel => _first.Peek(offset),
        < EndOfChannels => _second.Peek(offset - SecondChannel),
        TestControl => _testControl,
        _ => PeripheralId.At(offset, part: 0x23), // ITOP is write only
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case < SecondChannel:
                _first.Write(offset, value);
                break;
            case < EndOfChannels:
                _second.Write(offset - SecondChannel, value);
                break;
            case TestControl:
                _testControl = value & 1;
                Update();
                break;
            case TestOutput:
                _testOutput = value & 3;
                Update();
                break;
        }
    }

    private bool InterruptLevel => _testControl != 0 ? _testOutput != 0 : _first.Interrupt || _second.Interrupt;

    private void Update() => _interrupt.Level = InterruptLevel;
}

/// <summary>Makes it for board files.</summary>
internal sealed class CmsdkDualTimerFactory : IDeviceFactory
{
    public string Type => "cmsdk-dual-timer";

    public string Example =>
        "timer0: { type: cmsdk-dual-timer, address: 0x4000_0000, clock: 25 MHz, irq: 0 }";

    public IDevice Create(DeviceSite site) => new CmsdkDualTimer(
        site.Name, site.Clock, site.Options.Frequency("clock"), site.Line());
}
