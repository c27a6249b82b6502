using Reprise.Emulation.Boards;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// The interval timer of a PC at ports 40h to 43h, and port 61h: counter 0 is the tick, 1 once refreshed memory, 2 is
/// the speaker's, with its gate and output at port 61h.
/// </summary>
public sealed class Pit8254 : PortDevice
{
    private const uint Control = 3;
    private const uint Speaker = 4;
    private const byte SpeakerGate = 1;
    private const byte SpeakerData = 2;

    /// <summary>Half a period of the refresh signal that bit 4 of port 61h shows, in ns.</summary>
    private const ulong RefreshToggle = 15_085;

    private readonly VirtualClock _clock;
    private readonly InterruptLine _interrupt;
    private readonly DeviceTimer _alarm;
    private readonly PitChannel[] _channels;
    private bool _speakerData;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="interrupt">OUT of counter 0.</param>
    public Pit8254(string name, VirtualClock clock, InterruptLine interrupt)
        : base(name)
    {
        _clock = clock;
        _interrupt = interrupt;
        _alarm = clock.CreateTimer(name, Update);
        _channels = [new PitChannel(clock), new PitChannel(clock), new PitChannel(clock)];
        _channels[2].Reset(gate: false);
    }

    public override void Reset()
    {
        for (var i = 0; i < _channels.Length; i++)
        {
            _channels[i].Reset(gate: i != 2);
        }

        _speakerData = false;
        _interrupt.Level = false;
        _alarm.Clear();
    }

    public override void Save(StateWriter writer)
    {
        foreach (var channel in _channels)
        {
            channel.Save(writer);
        }

        writer.Write(_speakerData);
        writer.Write(_interrupt.Level);
    }

    public override void Restore(ref StateReader reader)
    {
        foreach (var channel in _channels)
        {
            channel.Restore(ref reader);
        }

        _speakerData = reader.ReadBoolean();
        _interrupt.Restore(reader.ReadBoolean());
    }

    protected override byte PeekPort(uint offset) => offset switch
    {
        < Control => _channels[offset].Peek(),
        Control => 0,
        Speaker => (byte)((_channels[2].Gate ? SpeakerGate : 0)
            | (_speakerData ? SpeakerData : 0)
            | (_clock.Now / RefreshToggle % 2 != 0 ? 0x10 : 0)
            | (_channels[2].Output ? 0x20 : 0)),
        _ => Open,
    };

    protected override void AfterRead(uint offset)
    {
        if (offset < Control)
        {
            _channels[offset].AfterRead();
        }
    }

    protected override void WritePort(uint offset, byte value)
    {
        switch (offset)
        {
            case < Control:
                _channels[offset].Write(value);
                break;
            case Control:
                WriteControl(value);
                break;
            case Speaker:
                _channels[2].SetGate((value & SpeakerGate) != 0);
                _speakerData = (value & SpeakerData) != 0;
                return;
            default:
                return;
        }

        Update();
    }

    private void WriteControl(byte value)
    {
        var selected = value >> 6;
        if (selected == 3)
        {
            ReadBack(value);
        }
        else if ((value & 0x30) == 0)
        {
            _channels[selected].LatchCount();
        }
        else
        {
            _channels[selected].Configure(value);
        }
    }

    private void ReadBack(byte value)
    {
        for (var i = 0; i < _channels.Length; i++)
        {
            if ((value & (2 << i)) == 0)
            {
                continue;
            }

            if ((value & 0x20) == 0)
            {
                _channels[i].LatchCount();
            }

            if ((value & 0x10) == 0)
            {
                _channels[i].LatchStatus();
            }
        }
    }

    private void Update()
    {
        _interrupt.Level = _channels[0].Output;
        _alarm.Set(_channels[0].NextChange);
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Pit8254Factory : IDeviceFactory
{
    public string Type => "pit-8254";

    public bool IsOnBus => false;

    public IReadOnlyList<PortRange> Ports => [new("counters", 4), new("speaker", 1, Offset: 4)];

    public string Example =>
        """
        pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0, edges: 0x4D0 }, wires: { intr: intr } }
        pit: { type: pit-8254, ports: { counters: 0x40, speaker: 0x61 }, irq: pic.irq0 }
        """;

    public IDevice Create(DeviceSite site) => new Pit8254(site.Name, site.Clock, site.Line());
}
