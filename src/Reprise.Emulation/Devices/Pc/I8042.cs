using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// The keyboard controller of a PC (IBM PS/2 hardware interface technical reference), ports 60h and 64h, with a keyboard
/// and a mouse behind it; and the processor's reset and A20 gate, which port 92h drives as well. As on QEMU, the last of
/// the two that was written decides about A20.
/// </summary>
public sealed class I8042 : PortDevice
{
    private const uint Data = 0;
    private const uint Status = 1; // read; commands when written
    private const uint Fast = 2; // port 92h

    private const byte OutputFull = 1; // status
    private const byte SystemFlag = 4;
    private const byte AlwaysSet = 0x18; // the last write was a command, as QEMU has it for good; not locked
    private const byte FromMouse = 0x20;

    private const byte KeyboardInterrupt = 1; // command byte
    private const byte MouseInterrupt = 2;
    private const byte KeyboardOff = 0x10;
    private const byte MouseOff = 0x20;
    private const byte Translation = 0x40;

    private const byte FastReset = 1; // port 92h
    private const byte FastA20 = 2;

    private const byte NotReset = 1; // output port
    private const byte A20 = 2;
    private const byte PowerOnOutputs = 0xCF;

    // Whose byte is in the output buffer, or waits for it.
    private const byte Nobody = 0;
    private const byte Controller = 1;
    private const byte ControllerForMouse = 2;
    private const byte Keyboard = 3;
    private const byte Mouse = 4;

    private readonly Ps2Device? _keyboard;
    private readonly Ps2Device? _mouse;
    private readonly InterruptLine _keyboardLine;
    private readonly InterruptLine _mouseLine;
    private readonly InterruptLine _a20Mask;
    private readonly Action _reset;
    private byte _output;
    private byte _status;
    private byte _mode;
    private byte _outputPort;
    private byte _command;
    private byte _fast;
    private bool _masked;
    private byte _source;
    private byte _ownByte;
    private byte _ownPending;

    /// <param name="name">Name on the board.</param>
    /// <param name="keyboard">The keyboard, if there is one.</param>
    /// <param name="mouse">The mouse, if there is one.</param>
    /// <param name="keyboardLine">IRQ1.</param>
    /// <param name="mouseLine">IRQ12.</param>
    /// <param name="a20Mask">High while address line 20 is held low.</param>
    /// <param name="reset">Resets the machine.</param>
    public I8042(
        string name,
        Ps2Device? keyboard,
        Ps2Device? mouse,
        InterruptLine keyboardLine,
        InterruptLine mouseLine,
        InterruptLine a20Mask,
        Action reset)
        : base(name)
    {
        (_keyboard, _mouse) = (keyboard, mouse);
        (_keyboardLine, _mouseLine, _a20Mask, _reset) = (keyboardLine, mouseLine, a20Mask, reset);
        PowerOn();
        if (keyboard is not null)
        {
            keyboard.DataReady += Update;
        }

        if (mouse is not null)
        {
            mouse.DataReady += Update;
        }
    }

    public override void Reset()
    {
        PowerOn();
        UpdateLines();
        _a20Mask.Level = false;
    }

    public override void Save(StateWriter writer)
    {
        writer.Write([_output, _status, _mode, _outputPort, _command, _fast, _source, _ownByte, _ownPending]);
        writer.Write(_masked);
    }

    public override void Restore(ref StateReader reader)
    {
        var bytes = reader.ReadBytes();
        if (bytes.Length != 9)
        {
            throw new InvalidDataException($"state of an i8042: {bytes.Length} bytes, expected 9");
        }

        (_output, _status, _mode, _outputPort, _command) = (bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]);
        (_fast, _source, _ownByte, _ownPending) = (bytes[5], bytes[6], bytes[7], bytes[8]);
        _masked = reader.ReadBoolean();
        _keyboardLine.Restore(KeyboardLevel);
        _mouseLine.Restore(MouseLevel);
        _a20Mask.Restore(_masked);
    }

    protected override byte PeekPort(uint offset) => offset switch
    {
        Data when IsFull => _source switch
        {
            Keyboard => _keyboard?.Next ?? 0,
            Mouse => _mouse?.Next ?? 0,
            _ => _ownByte,
        },
        Data => _output,
        Status => _status,
        Fast => _fast,
        _ => Open,
    };

    // The lines fall before the next byte raises them again: each is an edge.
    protected override void AfterRead(uint offset)
    {
        if (offset != Data || !IsFull)
        {
            return;
        }

        _output = PeekPort(Data);
        (_source == Keyboard ? _keyboard : _source == Mouse ? _mouse : null)?.Advance();
        if (_source == _ownPending)
        {
            _ownPending = Nobody;
        }

        _status &= unchecked((byte)~(OutputFull | FromMouse));
        UpdateLines();
        Update();
    }

    protected override void WritePort(uint offset, byte value)
    {
        switch (offset)
        {
            case Data:
                var command = _command;
                _command = 0;
                TakeData(command, value);
                break;
            case Status:
                TakeCommand(value);
                break;
            case Fast:
                WriteFast(value);
                return;
            default:
                return;
        }

        Update();
    }

    private bool IsFull => (_status & OutputFull) != 0;

    private bool KeyboardLevel => (_mode & (KeyboardInterrupt | KeyboardOff)) == KeyboardInterrupt
        && (_status & (OutputFull | FromMouse)) == OutputFull;

    private bool MouseLevel =>
        (_mode & MouseInterrupt) != 0 && (_status & (OutputFull | FromMouse)) == (OutputFull | FromMouse);

    private void TakeCommand(byte value)
    {
        switch (value)
        {
            case 0x20:
                Put(_mode);
                break;
            case 0x60 or 0xD1 or 0xD2 or 0xD3 or 0xD4:
                _command = value;
                break;
            case 0xA7 or 0xA8:
                _mode = (byte)((_mode & ~MouseOff) | (value == 0xA7 ? MouseOff : 0));
                break;
            case 0xA9 or 0xAB:
                Put(0);
                break;
            case 0xAA:
                _status |= SystemFlag;
                Put(0x55);
                break;
            case 0xAD or 0xAE:
                _mode = (byte)((_mode & ~KeyboardOff) | (value == 0xAD ? KeyboardOff : 0));
                break;
            case 0xC0:
                Put(0x80);
                break;
            case 0xD0:
                Put((byte)((_outputPort & 0xCF) | ((_status & OutputFull) << 4) | (_status & FromMouse)));
                break;
            case 0xDD or 0xDF:
                WriteOutputPort((byte)(value == 0xDF ? _outputPort | A20 : _outputPort & ~A20));
                break;
            case >= 0xF0 when (value & NotReset) == 0:
                _reset();
                break;
        }
    }

    private void TakeData(byte command, byte value)
    {
        switch (command)
        {
            case 0:
                _mode &= unchecked((byte)~KeyboardOff);
                _keyboard?.Command(value);
                break;
            case 0x60:
                _mode = value;
                _keyboard?.Translate((value & Translation) != 0);
                break;
            case 0xD1:
                WriteOutputPort(value);
                break;
            case 0xD2:
                Put(value);
                break;
            case 0xD3:
                Put(value, ControllerForMouse);
                break;
            case 0xD4:
                _mode &= unchecked((byte)~MouseOff);
                _mouse?.Command(value);
                break;
        }
    }

    private void WriteOutputPort(byte value)
    {
        _outputPort = value;
        MaskA20((value & A20) == 0);
        if ((value & NotReset) == 0)
        {
            _reset();
        }
    }

    private void WriteFast(byte value)
    {
        var rises = (value & ~_fast & FastReset) != 0;
        _fast = value;
        MaskA20((value & FastA20) == 0);
        if (rises)
        {
            _reset();
        }
    }

    private void MaskA20(bool masked)
    {
        _masked = masked;
        _a20Mask.Level = masked;
    }

    // A byte of the controller's own waits like any other, and is replaced by the next one.
    private void Put(byte value, byte source = Controller) => (_ownByte, _ownPending) = (value, source);

    // The controller before the keyboard before the mouse, as on QEMU.
    private void Update()
    {
        if (!IsFull)
        {
            _source = _ownPending != Nobody ? _ownPending
                : (_mode & KeyboardOff) == 0 && _keyboard is { HasData: true } ? Keyboard
                : (_mode & MouseOff) == 0 && _mouse is { HasData: true } ? Mouse
                : Nobody;
            _status |= _source switch
            {
                Nobody => 0,
                Mouse or ControllerForMouse => OutputFull | FromMouse,
                _ => OutputFull,
            };
        }

        UpdateLines();
    }

    private void UpdateLines()
    {
        _keyboardLine.Level = KeyboardLevel;
        _mouseLine.Level = MouseLevel;
    }

    private void PowerOn()
    {
        (_output, _status, _mode) = (0, AlwaysSet, KeyboardInterrupt | MouseInterrupt);
        (_outputPort, _command, _fast, _masked) = (PowerOnOutputs, 0, 0, false);
        (_source, _ownByte, _ownPending) = (Nobody, 0, Nobody);
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class I8042Factory : IDeviceFactory
{
    public string Type => "i8042";

    public bool IsOnBus => false;

    public IReadOnlyList<PortRange> Ports =>
        [new("data", 1), new("command", 1, Offset: 1), new("fast", 1, Offset: 2)];

    public string Example =>
        """
        pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0, edges: 0x4D0 }, wires: { intr: intr } }
        keyboard: { type: ps2-keyboard }
        mouse: { type: ps2-mouse }
        kbc:
          type: i8042
          ports: { data: 0x60, command: 0x64, fast: 0x92 }
          keyboard: keyboard
          mouse: mouse
          wires: { keyboard: pic.irq1, mouse: pic.irq12, a20-mask: a20-mask, reset: reset }
        """;

    public IDevice Create(DeviceSite site) => new I8042(
        site.Name,
        site.OptionalDevice<Ps2Device>("keyboard"),
        site.OptionalDevice<Ps2Device>("mouse"),
        site.OptionalLine("keyboard"),
        site.OptionalLine("mouse"),
        site.OptionalLine("a20-mask"),
        site.Pulse("reset"));
}
