using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Cmsdk;

/// <summary>
/// One of the two counters of <see cref="CmsdkDualTimer"/>. The raw interrupt latches at zero whether enabled or not.
/// </summary>
internal sealed class DualTimerChannel
{
    private const uint Load = 0x00;
    private const uint Value = 0x04;
    private const uint Control = 0x08;
    private const uint InterruptClear = 0x0C;
    private const uint RawInterruptStatus = 0x10;
    private const uint MaskedInterruptStatus = 0x14;
    private const uint BackgroundLoad = 0x18;

    private const uint OneShot = 1 << 0;
    private const uint Wide = 1 << 1;
    private const int PrescaleShift = 2;
    private const uint InterruptEnable = 1 << 5;
    private const uint Periodic = 1 << 6;
    private const uint Enable = 1 << 7;
    private const uint ControlMask = 0xEF;

    private readonly DownCounter _counter;
    private readonly DeviceTimer _alarm;
    private readonly Action _changed;
    private uint _load;
    private uint _control = InterruptEnable;
    private bool _rawInterrupt;

    public DualTimerChannel(string name, VirtualClock clock, uint frequency, Action changed)
    {
        _changed = changed;
        _counter = new DownCounter(clock, frequency);
        _alarm = clock.CreateTimer(name, OnZero);
        Configure();
        _counter.SetCount(uint.MaxValue);
    }

    public bool Interrupt => _rawInterrupt && (_control & InterruptEnable) != 0;

    private uint Mask => (_control & Wide) != 0 ? uint.MaxValue : 0xFFFFu;

    private uint Divider => ((_control >> PrescaleShift) & 3) switch
    {
        0 => 1,
        1 => 16,
        _ => 256, // 3 is undefined; QEMU divides by 256 too
    };

    public uint Peek(uint offset) => offset switch
    {
        Load or BackgroundLoad => _load,
        Value => _counter.Count & Mask,
        Control => _control,
        RawInterruptStatus => _rawInterrupt ? 1u : 0u,
        MaskedInterruptStatus => Interrupt ? 1u : 0u,
        _ => 0,
    };

    public void Write(uint offset, uint value)
    {
        switch (offset)
        {
            case Load:
                _load = value;
                Configure();
                _counter.SetCount(value & Mask);
                break;
            case Control:
                _control = value & ControlMask;
                Configure();
                break;
            case InterruptClear:
                _rawInterrupt = false;
                break;
            case BackgroundLoad:
                _load = value;
                Configure();
                break;
            default:
                return;
        }

        Update();
    }

    public void Reset()
    {
        _load = 0;
        _control = InterruptEnable;
        _rawInterrupt = false;
        Configure();
        _counter.SetCount(uint.MaxValue);
        Update();
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_load);
        writer.Write(_control);
        writer.Write(_rawInterrupt);
        _counter.Save(writer);
    }

    public void Restore(ref StateReader reader)
    {
        _load = reader.ReadUInt32();
        _control = reader.ReadUInt32();
        _rawInterrupt = reader.ReadBoolean();
        _counter.Restore(ref reader);
    }

    private void Configure()
    {
        var running = (_control & Enable) != 0;
        var reload = (_control & Periodic) != 0 ? _load & Mask : Mask;
        _counter.Configure(running, reload, Divider, (_control & OneShot) != 0);
        if (running && _counter.Count > Mask)
        {
            _counter.SetCount(_counter.Count & Mask);
        }
    }

    private void OnZero()
    {
        _rawInterrupt = true;
        Update();
    }

    private void Update()
    {
        _alarm.Set(_rawInterrupt ? ulong.MaxValue : _counter.NextZero);
        _changed();
    }
}
