using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// A PS/2 keyboard (IBM PS/2 hardware interface technical reference, "keyboard and auxiliary device controller").
/// Each byte that comes in is typed: its key goes down and up, with Shift or Control around it (<see cref="KeyLayout"/>).
/// </summary>
public sealed class Ps2Keyboard : Ps2Device
{
    private const byte Resend = 0xFE;
    private const byte Release = 0xF0;

    private byte _command;
    private byte _set = 2;
    private bool _translated;

    public Ps2Keyboard(string name)
        : base(name) => IsEnabled = true;

    public override void Translate(bool on) => _translated = on;

    public override void Receive(byte value)
    {
        var (key, held) = KeyLayout.Find(value);
        if (!IsEnabled || Code(key) == 0)
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

        Queue.Report(bytes[..count]);
    }

    public override void Command(byte value)
    {
        var before = _command;
        _command = 0;
        switch (before != 0 ? before : value)
        {
            case 0xED or 0xF3 or 0xFC when before != 0: // LEDs, rate, a key's kind
                Queue.Answer(Acknowledge);
                break;
            case 0xF0 when before != 0:
                SelectSet(value);
                break;
            case 0xED or 0xF0 or 0xF3 or 0xFC:
                _command = value;
                Queue.Answer(Acknowledge);
                break;
            case 0xEE:
                Queue.Answer(0xEE);
                break;
            case 0xF2:
                Queue.Answer(Acknowledge, 0xAB, _translated ? (byte)0x41 : (byte)0x83);
                break;
            case 0x00:
                Queue.Answer(Acknowledge);
                break;
            case 0xF4:
                IsEnabled = true;
                Queue.Answer(Acknowledge);
                break;
            case 0xF5 or 0xF6:
                SetDefaults();
                IsEnabled = value == 0xF6;
                Queue.Answer(Acknowledge);
                break;
            case 0xFF:
                SetDefaults();
                Queue.Answer(Acknowledge, 0xAA);
                break;
            default:
                Queue.Answer(Resend);
                break;
        }
    }

    public override void Reset()
    {
        SetDefaults();
        Queue.Reset();
        (_command, _translated) = (0, false);
    }

    public override void Save(StateWriter writer)
    {
        Queue.Save(writer);
        writer.Write(IsEnabled);
        writer.Write(_command);
        writer.Write(_set);
        writer.Write(_translated);
    }

    public override void Restore(ref StateReader reader)
    {
        Queue.Restore(ref reader);
        IsEnabled = reader.ReadBoolean();
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
            Queue.Answer(Acknowledge, !_translated ? _set : (byte)(0x45 - (2 * _set)));
        }
        else if (value is 1 or 2 or 3)
        {
            _set = value;
            Queue.Answer(Acknowledge);
        }
        else
        {
            Queue.Answer(Resend);
        }
    }

    private void SetDefaults()
    {
        Queue.Clear();
        (IsEnabled, _set) = (true, 2);
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Ps2KeyboardFactory : IDeviceFactory
{
    public string Type => "ps2-keyboard";

    public bool IsOnBus => false;

    public string Example => "keyboard: { type: ps2-keyboard }";

    public IDevice Create(DeviceSite site) => new Ps2Keyboard(site.Name);
}
