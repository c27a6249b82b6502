using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// A PS/2 mouse with a wheel (IBM PS/2 hardware interface technical reference, "auxiliary device"; the wheel as
/// Microsoft's IntelliMouse turns it on). Its input port takes movements of four bytes: buttons (bit 0 left, 1 right,
/// 2 middle), then right, up and wheel as signed bytes.
/// </summary>
public sealed class Ps2Mouse : IDevice, IPs2Device, IInputPort
{
    private const byte Acknowledge = 0xFA;
    private const byte SetResolution = 0xE8;
    private const byte SetRate = 0xF3;
    private const int Movement = 4;

    private readonly Ps2Queue _queue = new();
    private readonly ByteFifo _input = new(Movement);
    private byte _command;
    private byte _identity;
    private byte _resolution = 2;
    private byte _rate = 100;
    private uint _lastRates;
    private bool _enabled;
    private bool _remote;
    private bool _wrap;
    private bool _scaling;
    private byte _buttons;

    public Ps2Mouse(string name) => Name = name;

    public event Action? DataReady
    {
        add => _queue.DataReady += value;
        remove => _queue.DataReady -= value;
    }

    public string Name { get; }

    public bool HasData => _queue.HasData;

    public bool CanReceive => _enabled && _queue.IsEmpty;

    public byte Next => _queue.Next;

    public void Advance() => _queue.Advance();

    public void Receive(byte value)
    {
        _input.Add(value);
        if (_input.Room > 0)
        {
            return;
        }

        _buttons = (byte)(_input.Take() & 7);
        var (right, up, wheel) = (_input.Take(), _input.Take(), _input.Take());
        if (_enabled && !_remote)
        {
            Report(right, up, wheel);
        }
    }

    public void Command(byte value)
    {
        var before = _command;
        _command = 0;
        if (before != 0)
        {
            TakeParameter(before, value);
            return;
        }

        if (_wrap && value is not (0xEC or 0xFF))
        {
            _queue.Answer(value);
            return;
        }

        switch (value)
        {
            case 0xE6 or 0xE7:
                _scaling = value == 0xE7;
                _queue.Answer(Acknowledge);
                break;
            case SetResolution or SetRate:
                _command = value;
                _queue.Answer(Acknowledge);
                break;
            case 0xE9:
                var status = (_remote ? 0x40 : 0) | (_enabled ? 0x20 : 0) | (_scaling ? 0x10 : 0);
                _queue.Answer(Acknowledge, (byte)status, _resolution, _rate);
                break;
            case 0xEA or 0xF0:
                _remote = value == 0xF0;
                _queue.Answer(Acknowledge);
                break;
            case 0xEB:
                _queue.Answer(Acknowledge);
                Report(0, 0, 0);
                break;
            case 0xEC or 0xEE:
                _wrap = value == 0xEE;
                _queue.Answer(Acknowledge);
                break;
            case 0xF2:
                _queue.Answer(Acknowledge, _identity);
                break;
            case 0xF4 or 0xF5:
                _enabled = value == 0xF4;
                _queue.Answer(Acknowledge);
                break;
            case 0xF6:
                SetDefaults();
                _queue.Answer(Acknowledge);
                break;
            case 0xFF:
                SetDefaults();
                _queue.Clear();
                _identity = 0;
                _lastRates = 0;
                _queue.Answer(Acknowledge, 0xAA, 0);
                break;
        }
    }

    public uint Read(uint offset, int size) => 0;

    public void Write(uint offset, uint value, int size)
    {
    }

    public uint Peek(uint offset, int size) => 0;

    public void Reset() => PowerOn();

    public void Save(StateWriter writer)
    {
        _queue.Save(writer);
        _input.Save(writer);
        writer.Write([_command, _identity, _resolution, _rate, _buttons]);
        writer.Write(_lastRates);
        writer.Write(_enabled);
        writer.Write(_remote);
        writer.Write(_wrap);
        writer.Write(_scaling);
    }

    public void Restore(ref StateReader reader)
    {
        _queue.Restore(ref reader);
        _input.Restore(ref reader);
        var bytes = reader.ReadBytes();
        if (bytes.Length != 5)
        {
            throw new InvalidDataException($"state of a mouse: {bytes.Length} bytes, expected 5");
        }

        (_command, _identity, _resolution, _rate, _buttons) = (bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]);
        _lastRates = reader.ReadUInt32();
        _enabled = reader.ReadBoolean();
        _remote = reader.ReadBoolean();
        _wrap = reader.ReadBoolean();
        _scaling = reader.ReadBoolean();
    }

    // Three rates in a row turn on what came later: 200, 100, 80 the wheel, 200, 200, 80 two more buttons.
    private void TakeParameter(byte command, byte value)
    {
        if (command == SetRate)
        {
            _rate = value;
            _lastRates = ((_lastRates << 8) | value) & 0xFF_FFFF;
            _identity = _lastRates switch
            {
                0xC8_6450 => 3,
                0xC8_C850 => 4,
                _ => _identity,
            };
        }
        else
        {
            _resolution = value;
        }

        _queue.Answer(Acknowledge);
    }

    private void Report(byte right, byte up, byte wheel)
    {
        var first = (byte)(8 | _buttons | (right >> 7 << 4) | (up >> 7 << 5));
        if (_identity != 0)
        {
            _queue.Report([first, right, up, _identity == 3 ? wheel : (byte)(wheel & 15)]);
        }
        else
        {
            _queue.Report([first, right, up]);
        }
    }

    private void SetDefaults()
    {
        (_resolution, _rate, _enabled, _remote, _scaling) = (2, 100, false, false, false);
    }

    private void PowerOn()
    {
        SetDefaults();
        _queue.Reset();
        _input.Clear();
        (_command, _identity, _lastRates, _wrap, _buttons) = (0, 0, 0, false, 0);
    }
}

/// <summary>Makes it for board files.</summary>
file sealed class Factory : IDeviceFactory
{
    public string Type => "ps2-mouse";

    public bool IsOnBus => false;

    public string Example => "mouse: { type: ps2-mouse }";

    public IDevice Create(DeviceSite site) => new Ps2Mouse(site.Name);
}
