using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Nordic;

/// <summary>
/// CLOCK and POWER of the nRF51 (Reference Manual 3.0, chapters 12 and 13), one block at one address: a clock that is
/// started runs at once, and a calibration is done at once. QEMU's stub answers 1 to every read.
/// </summary>
public sealed class Nrf51Clock(string name, InterruptLine interrupt) : RegisterDevice(name)
{
    private const uint StartHighTask = 0x000;
    private const uint StopHighTask = 0x004;
    private const uint StartLowTask = 0x008;
    private const uint StopLowTask = 0x00C;
    private const uint CalibrateTask = 0x010;
    private const uint StartTimerTask = 0x014;
    private const uint HighStartedEvent = 0x100;
    private const uint LastEvent = 0x110;
    private const uint InterruptSet = 0x304;
    private const uint InterruptClear = 0x308;
    private const uint HighRun = 0x408;
    private const uint HighStatus = 0x40C;
    private const uint LowRun = 0x414;
    private const uint LowStatus = 0x418;
    private const uint LowSourceCopy = 0x41C;
    private const uint LowSource = 0x518;

    private const int HighStarted = 0;
    private const int LowStarted = 1;
    private const int CalibrationDone = 3;
    private const int TimerDone = 4;
    private const uint EventMask = 0x1B;
    private const uint Running = 1 << 16;
    private const uint Crystal = 1;

    /// <summary>Registers that hold what is written: POWER's and the clocks' settings, with their reset values.</summary>
    private static readonly (uint Offset, uint Initial)[] _plain =
    [
        (0x510, 0), (0x51C, 0), (0x524, 3), (0x544, 0), (0x554, 3), (0x578, 0), (LowSource, 0), (0x538, 0), (0x550, 0xFF),
    ];

    private readonly uint[] _values = [.. _plain.Select(register => register.Initial)];
    private uint _events;
    private uint _enabled;
    private bool _highRuns;
    private bool _lowRuns;
    private uint _lowSource;

    public override void Reset()
    {
        for (var i = 0; i < _plain.Length; i++)
        {
            _values[i] = _plain[i].Initial;
        }

        (_events, _enabled, _highRuns, _lowRuns, _lowSource) = (0, 0, false, false, 0);
        Update();
    }

    public override void Save(StateWriter writer)
    {
        foreach (var value in _values)
        {
            writer.Write(value);
        }

        writer.Write(_events);
        writer.Write(_enabled);
        writer.Write(_highRuns);
        writer.Write(_lowRuns);
        writer.Write(_lowSource);
    }

    public override void Restore(ref StateReader reader)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            _values[i] = reader.ReadUInt32();
        }

        _events = reader.ReadUInt32();
        _enabled = reader.ReadUInt32();
        _highRuns = reader.ReadBoolean();
        _lowRuns = reader.ReadBoolean();
        _lowSource = reader.ReadUInt32();
        interrupt.Restore(InterruptLevel);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        >= HighStartedEvent and <= LastEvent => (_events >> (int)(offset - HighStartedEvent) / 4) & 1,
        InterruptSet or InterruptClear => _enabled,
        HighRun => _highRuns ? 1u : 0u,
        HighStatus => _highRuns ? Running | Crystal : Running,
        LowRun => _lowRuns ? 1u : 0u,
        LowStatus => _lowRuns ? Running | _lowSource : 0,
        LowSourceCopy => _lowSource,
        _ when IndexOf(offset) is >= 0 and var index => _values[index],
        _ => 0, // RESETREAS: power-on
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case StartHighTask when value == 1:
                _highRuns = true;
                _events |= 1u << HighStarted;
                break;
            case StopHighTask when value == 1:
                _highRuns = false;
                break;
            case StartLowTask when value == 1:
                _lowRuns = true;
                _lowSource = _values[IndexOf(LowSource)] & 3;
                _events |= 1u << LowStarted;
                break;
            case StopLowTask when value == 1:
                _lowRuns = false;
                break;
            case CalibrateTask when value == 1:
                _events |= 1u << CalibrationDone;
                break;
            case StartTimerTask when value == 1:
                _events |= 1u << TimerDone;
                break;
            case >= HighStartedEvent and <= LastEvent when value == 0:
                _events &= ~(1u << (int)((offset - HighStartedEvent) / 4));
                break;
            case InterruptSet:
                _enabled |= value & EventMask;
                break;
            case InterruptClear:
                _enabled &= ~value;
                break;
            default:
                if (IndexOf(offset) is >= 0 and var index)
                {
                    _values[index] = value;
                }

                break;
        }

        Update();
    }

    private static int IndexOf(uint offset) => Array.FindIndex(_plain, register => register.Offset == offset);

    private bool InterruptLevel => (_events & _enabled) != 0;

    private void Update() => interrupt.Level = InterruptLevel;
}

/// <summary>Makes it for board files.</summary>
internal sealed class Nrf51ClockFactory : IDeviceFactory
{
    public string Type => "nrf51-clock";

    public string Example =>
        "clock: { type: nrf51-clock, address: 0x4000_0000, irq: 0 }";

    public IDevice Create(DeviceSite site) => new Nrf51Clock(site.Name, site.Line());
}
