using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices.Cmsdk;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Mps2;

/// <summary>
/// FPGA system control and I/O of the MPS2 images (AN385, section "FPGA system control and I/O"): two LEDs, two
/// buttons and three counters, all worked out from the virtual time when they are read.
/// </summary>
public sealed class Mps2Fpgaio : RegisterDevice, IInputPort, ILights
{
    private const uint Led0 = 0x00;
    private const uint Button = 0x08;
    private const uint Clock1Hz = 0x10;
    private const uint Clock100Hz = 0x14;
    private const uint Counter = 0x18;
    private const uint Prescale = 0x1C;
    private const uint PrescaleCounter = 0x20;
    private const uint Misc = 0x4C;

    private const byte LedMask = 3;
    private const byte ButtonMask = 3;
    private const ulong Nanoseconds1Hz = 1_000_000_000;
    private const ulong Nanoseconds100Hz = 10_000_000;

    private readonly VirtualClock _clock;
    private readonly IOutputSink _output;
    private readonly DownCounter _prescaler;
    private byte _leds;
    private byte _buttons;
    private uint _misc;
    private uint _counter;

    // The count and the time in ns it was set at; a write starts a new period.
    private uint _count1Hz;
    private ulong _start1Hz;
    private uint _count100Hz;
    private ulong _start100Hz;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="frequency">Clock of the prescale counter in Hz; 20 MHz on AN385 as QEMU models it.</param>
    /// <param name="output">Takes LED0 at every change, as port "leds".</param>
    public Mps2Fpgaio(string name, VirtualClock clock, uint frequency, IOutputSink output)
        : base(name)
    {
        _clock = clock;
        _output = output;
        _prescaler = new DownCounter(clock, frequency);
        _prescaler.Configure(running: true, reload: 0);
    }

    /// <summary>The board knows this input by its own name, not the device's.</summary>
    string IInputPort.Name => "buttons";

    public bool CanReceive => true;

    public IEnumerable<Light> Lights => [new Light("led0", (_leds & 1) != 0), new Light("led1", (_leds & 2) != 0)];

    private uint CounterNow => _counter + (uint)_prescaler.ZerosSinceAnchor;

    /// <summary>The buttons held down from now on: bit 0 and bit 1.</summary>
    public void Receive(byte value) => _buttons = (byte)(value & ButtonMask);

    public override void Reset()
    {
        SetLeds(0);
        _buttons = 0;
        _misc = 0;
        _counter = 0;
        _count1Hz = 0;
        _count100Hz = 0;
        _start1Hz = _clock.Now;
        _start100Hz = _clock.Now;
        _prescaler.Configure(running: true, reload: 0);
        _prescaler.SetCount(0);
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_leds);
        writer.Write(_buttons);
        writer.Write(_misc);
        writer.Write(_counter);
        writer.Write(_count1Hz);
        writer.Write(_start1Hz);
        writer.Write(_count100Hz);
        writer.Write(_start100Hz);
        _prescaler.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        _leds = reader.ReadByte();
        _buttons = reader.ReadByte();
        _misc = reader.ReadUInt32();
        _counter = reader.ReadUInt32();
        _count1Hz = reader.ReadUInt32();
        _start1Hz = reader.ReadUInt64();
        _count100Hz = reader.ReadUInt32();
        _start100Hz = reader.ReadUInt64();
        _prescaler.Restore(ref reader);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Led0 => _leds,
        Button => _buttons,
        Clock1Hz => _count1Hz + (uint)((_clock.Now - _start1Hz) / Nanoseconds1Hz),
        Clock100Hz => _count100Hz + (uint)((_clock.Now - _start100Hz) / Nanoseconds100Hz),
        Counter => CounterNow,
        Prescale => _prescaler.Reload,
        PrescaleCounter => _prescaler.Count,
        Misc => _misc,
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Led0:
                SetLeds((byte)(value & LedMask));
                break;
            case Clock1Hz:
                _count1Hz = value;
                _start1Hz = _clock.Now;
                break;
            case Clock100Hz:
                _count100Hz = value;
                _start100Hz = _clock.Now;
                break;
            case Counter:
                _counter = value - (uint)_prescaler.ZerosSinceAnchor;
                break;
            case Prescale:
                _counter = CounterNow;
                _prescaler.Configure(running: true, value);
                break;
            case PrescaleCounter:
                _counter = CounterNow;
                _prescaler.SetCount(value);
                break;
            case Misc:
                _misc = value;
                break;
        }
    }

    private void SetLeds(byte leds)
    {
        if (leds != _leds)
        {
            _leds = leds;
            _output.Write("leds", leds);
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Mps2FpgaioFactory : IDeviceFactory
{
    public string Type => "mps2-fpgaio";

    public string Example =>
        "fpgaio: { type: mps2-fpgaio, address: 0x4000_0000, prescale-clock: 25 MHz }";

    public IDevice Create(DeviceSite site) => new Mps2Fpgaio(
        site.Name, site.Clock, site.Options.Frequency("prescale-clock"), site.Output);
}
