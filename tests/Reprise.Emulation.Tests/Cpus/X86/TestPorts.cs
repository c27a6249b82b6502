using System.Text;
using Reprise.Emulation.Cpus;
using Reprise.Emulation.Cpus.X86;
using Reprise.Emulation.Devices;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>
/// I/O ports of a test: text (0xE9), a counter that each read moves on (0xEA), a timer that interrupts each so many ns
/// (a double word at 0xEC; 0 stops it), and its acknowledgement (0xEB). It gives vector 0x20.
/// </summary>
internal sealed class TestPorts : IDevice, ILocalApic, ICoprocessorErrors
{
    public const ushort First = 0xe9;
    public const uint Count = 8;
    public const byte Vector = 0x20;

    private const uint TextPort = 0;
    private const uint CounterPort = 1;
    private const uint AcknowledgePort = 2;
    private const uint PeriodPort = 3;

    private readonly X86Pins _pins;
    private readonly VirtualClock _clock;
    private readonly DeviceTimer _timer;
    private readonly StringBuilder _text = new();
    private uint _counter;
    private uint _period;

    public TestPorts(X86Pins pins, VirtualClock clock)
    {
        _pins = pins;
        _clock = clock;
        _timer = clock.CreateTimer("test", Fire);
    }

    public string Name => "test";

    /// <summary>A local APIC's, of which nothing follows.</summary>
    public ulong BaseRegister { get; set; } = 0xfee0_0900;

    public bool IsEnabled => (BaseRegister & 0x800) != 0;

    public byte TaskPriorityClass { get; set; }

    public string Text => _text.ToString();

    /// <summary>An error of the x87 interrupts too, and is ignored once it is acknowledged.</summary>
    public bool IsIgnored { get; private set; }

    public void Raise() => _pins.InterruptLevel = true;

    public void Clear() => IsIgnored = false;

    /// <summary>Called with each byte of text.</summary>
    public Action<byte>? TextWritten { get; set; }

    public byte Acknowledge()
    {
        _pins.InterruptLevel = false;
        return Vector;
    }

    public uint Read(uint offset, int size) => offset == CounterPort ? ++_counter : Peek(offset, size);

    public void Write(uint offset, uint value, int size)
    {
        switch (offset)
        {
            case TextPort:
                _text.Append((char)value);
                TextWritten?.Invoke((byte)value);
                break;
            case AcknowledgePort:
                _pins.InterruptLevel = false;
                IsIgnored = true;
                break;
            case PeriodPort:
                _period = value;
                _timer.Set(value == 0 ? ulong.MaxValue : _clock.Now + value);
                break;
        }
    }

    public uint Peek(uint offset, int size) => offset switch
    {
        CounterPort => _counter + 1,
        PeriodPort => _period,
        _ => 0,
    };

    public void Reset()
    {
        (_counter, _period, IsIgnored) = (0, 0, false);
        _timer.Clear();
        _pins.InterruptLevel = false;
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_counter);
        writer.Write(_period);
        writer.Write(IsIgnored);
    }

    public void Restore(ref StateReader reader)
    {
        _counter = reader.ReadUInt32();
        _period = reader.ReadUInt32();
        IsIgnored = reader.ReadBoolean();
    }

    private void Fire()
    {
        _pins.InterruptLevel = true;
        _timer.Set(_clock.Now + _period);
    }
}
