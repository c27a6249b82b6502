using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// A PS/2 keyboard (IBM PS/2 hardware interface technical reference, "keyboard and auxiliary device controller").
/// Each byte that comes in is typed: its key goes down and up, with Shift or Control around it (<see cref="KeyLayout"/>).
/// </summary>
public sealed class Ps2Keyboard : IDevice, IPs2Device, IInputPort
{
    private const byte Acknowledge = 0xFA;
    private const byte Resend = 0xFE;
    private const byte Release = 0xF0;

    private readonly Ps2Queue _queue = new();
    private bool _enabled = true;
    private byte _command;
    private byte _set = 2;
    private bool _translated;

    public Ps2Keyboard(string name) => Name = name;

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

    public void Translate(bool on) => _translated = on;

    public void Receive(byte value)
    {
        var (key, held) = KeyLayout.Find(value);
        if (!_enabled || Code(key) == 0)
        {
            return;
        }

        Span<byte> bytes = stackalloc byte[8];
        var count = 0;
        if (held != 0)
        {
            Press(bytes, held, ref count);
        }

        Press(bytes, key, ref count);
        Let(bytes, key, ref count);
        if (held != 0)
        {
            Let(bytes, held, ref count);
        }

        _queue.Report(bytes[..count]);
    }

    public void Command(byte value)
    {
        var before = _command;
        _command = 0;
        switch (before != 0 ? before : value)
        {
            case 0xED or 0xF3 or 0xFC when before != 0: // LEDs, rate, a key's kind
                _queue.Answer(Acknowledge);
                break;
            case 0xF0 when before != 0:
                SelectSet(value);
                break;
            case 0xED or 0xF0 or 0xF3 or 0xFC:
                _command = value;
                _queue.Answer(Acknowledge);
                break;
            case 0xEE:
                _queue.Answer(0xEE);
                break;
            case 0xF2:
                _queue.Answer(Acknowledge, 0xAB, _translated ? (byte)0x41 : (byte)0x83);
                break;
            case 0x00:
                _queue.Answer(Acknowledge);
                break;
            case 0xF4:
                _enabled = true;
                _queue.Answer(Acknowledge);
                break;
            case 0xF5 or 0xF6:
                SetDefaults();
                _enabled = value == 0xF6;
                _queue.Answer(Acknowledge);
                break;
            case 0xFF:
                SetDefaults();
                _queue.Answer(Acknowledge, 0xAA);
                break;
            default:
                _queue.Answer(Resend);
                break;
        }
    }

    public uint Read(uint offset, int size) => 0;

    public void Write(uint offset, uint value, int size)
    {
    }

    public uint Peek(uint offset, int size) => 0;

    public void Reset()
    {
        SetDefaults();
        _queue.Reset();
        (_command, _translated) = (0, false);
    }

    public void Save(StateWriter writer)
    {
        _queue.Save(writer);
        writer.Write(_enabled);
        writer.Write(_command);
        writer.Write(_set);
        writer.Write(_translated);
    }

    public void Restore(ref StateReader reader)
    {
        _queue.Restore(ref reader);
        _enabled = reader.ReadBoolean();
        _command = reader.ReadByte();
        _set = reader.ReadByte();
        _translated = reader.ReadBoolean();
    }

    private bool SendsFirstSet => _set == 1 || _translated;

    private byte Code(byte key) => SendsFirstSet ? key : KeyLayout.ToSecondSet(key);

    private void Press(Span<byte> bytes, byte key, ref int count) => bytes[count++] = Code(key);

    private void Let(Span<byte> bytes, byte key, ref int count)
    {
        if (SendsFirstSet)
        {
            bytes[count++] = (byte)(key | 0x80);
        }
        else
        {
            bytes[count++] = Release;
            bytes[count++] = Code(key);
        }
    }

    // A keyboard in set 3 still sends set 2 here. The controller translates the set's number too.
    private void SelectSet(byte value)
    {
        if (value == 0)
        {
            _queue.Answer(Acknowledge, !_translated ? _set : (byte)(0x45 - (2 * _set)));
        }
        else if (value is 1 or 2 or 3)
        {
            _set = value;
            _queue.Answer(Acknowledge);
        }
        else
        {
            _queue.Answer(Resend);
        }
    }

    private void SetDefaults()
    {
        _queue.Clear();
        (_enabled, _set) = (true, 2);
    }
}

/// <summary>Makes it for board files.</summary>
file sealed class Factory : IDeviceFactory
{
    public string Type => "ps2-keyboard";

    public bool IsOnBus => false;

    public string Example => "keyboard: { type: ps2-keyboard }";

    public IDevice Create(DeviceSite site) => new Ps2Keyboard(site.Name);
}
