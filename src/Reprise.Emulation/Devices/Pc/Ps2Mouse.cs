using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// A PS/2 mouse with a wheel (IBM PS/2 hardware interface technical reference, "auxiliary device"; the wheel as
/// Microsoft's IntelliMouse turns it on). Its input port takes movements of four bytes: buttons (bit 0 left, 1 right,
/// 2 middle), then right, up and wheel as signed bytes.
/// </summary>
public sealed class Ps2Mouse(string name) : Ps2Device(name)
{
    private const byte SetResolution = 0xE8;
    private const byte SetRate = 0xF3;
    private const int Movement = 4;

    private readonly ByteFifo _input = new(Movement);
    private byte _command;
    private byte _identity;
    private byte _resolution = 2;
    private byte _rate = 100;
    private uint _lastRates;
    private bool _remote;
    private bool _wrap;
    private bool _scaling;
    private byte _buttons;

    public override void Receive(byte value)
    {
        _input.Add(value);
        if (_input.Room > 0)
        {
            return;
        }

        _buttons = (byte)(_input.Take() & 7);
        var (right, up, wheel) = (_input.Take(), _input.Take(), _input.Take());
        if (IsEnabled && !_remote)
        {
            Report(right, up, wheel);
        }
    }

    public override void Command(byte value)
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
            Queue.Answer(value);
            return;
        }

        switch (value)
        {
            case 0xE6 or 0xE7:
                _scaling = value == 0xE7;
                Queue.Answer(Acknowledge);
                break;
            case SetResolution or SetRate:
                _command = value;
                Queue.Answer(Acknowledge);
                break;
            case 0xE9:
                var status = (_remote ? 0x40 : 0) | (IsEnabled ? 0x20 : 0) | (_scaling ? 0x10 : 0);
                Queue.Answer(Acknowledge, (byte)status, _resolution, _rate);
                break;
            case 0xEA or 0xF0:
                _remote = value == 0xF0;
                Queue.Answer(Acknowledge);
                break;
            case 0xEB:
                Queue.Answer(Acknowledge);
                Report(0, 0, 0);
                break;
            case 0xEC or 0xEE:
                _wrap = value == 0xEE;
                Queue.Answer(Acknowledge);
                break;
            case 0xF2:
                Queue.Answer(Acknowledge, _identity);
                break;
            case 0xF4 or 0xF5:
                IsEnabled = value == 0xF4;
                Queue.Answer(Acknowledge);
                break;
            case 0xF6:
                SetDefaults();
                Queue.Answer(Acknowledge);
                break;
            case 0xFF:
                SetDefaults();
                Queue.Clear();
                _identity = 0;
                _lastRates = 0;
                Queue.Answer(Acknowledge, 0xAA, 0);
                break;
        }
    }

    public override void Reset() => PowerOn();

    public override void Save(StateWriter writer)
    {
        Queue.Save(writer);
        _input.Save(writer);
        writer.Write([_command, _identity, _resolution, _rate, _buttons]);
        writer.Write(_lastRates);
        writer.Write(IsEnabled);
        writer.Write(_remote);
        writer.Write(_wrap);
        writer.Write(_scaling);
    }

    public override void Restore(ref StateReader reader)
    {
        Queue.Restore(ref reader);
        _input.Restore(ref reader);
        var bytes = reader.ReadBytes();
        if (bytes.Length != 5)
        {
            throw new InvalidDataException($"state of a mouse: {bytes.Length} bytes, expected 5");
        }

        (_command, _identity, _resolution, _rate, _buttons) = (bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]);
        _lastRates = reader.ReadUInt32();
        IsEnabled = reader.ReadBoolean();
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

        Queue.Answer(Acknowledge);
    }

    private void Report(byte right, byte up, byte wheel)
    {
        var first = (byte)(8 | _buttons | (right >> 7 << 4) | (up >> 7 << 5));
        if (_identity != 0)
        {
            Queue.Report([first, right, up, _identity == 3 ? wheel : (byte)(wheel & 15)]);
        }
        else
        {
            Queue.Report([first, right, up]);
        }
    }

    private void SetDefaults()
    {
        (_resolution, _rate, IsEnabled, _remote, _scaling) = (2, 100, false, false, false);
    }

    private void PowerOn()
    {
        SetDefaults();
        Queue.Reset();
        _input.Clear();
        (_command, _identity, _lastRates, _wrap, _buttons) = (0, 0, 0, false, 0);
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Ps2MouseFactory : IDeviceFactory
{
    public string Type => "ps2-mouse";

    public bool IsOnBus => false;

    public string Example => "mouse: { type: ps2-mouse }";

    public IDevice Create(DeviceSite site) => new Ps2Mouse(site.Name);
}
