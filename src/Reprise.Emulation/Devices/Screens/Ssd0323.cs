using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Screens;

/// <summary>
/// The OLED controller SSD0323 (Solomon Systech, SSD0323 data sheet, chapters 8 to 10) with a display of 128 x 64 pixels in
/// 16 greys, at a serial bus. As on QEMU a pixel's address and value are all that counts: the display is always on, and
/// contrast, remapping, start line and drawing commands have no effect.
/// </summary>
/// <remarks>Inputs: <c>data</c>, high for pixels and low for commands, and <c>select</c>, active high and pulled up.</remarks>
public sealed class Ssd0323(string name) : IDevice, ISpiDevice, IWireInputs, IScreen
{
    private const int Columns = 64; // of two pixels
    private const int Rows = 80; // of which 64 are seen
    private const byte SetColumns = 0x15;
    private const byte SetRows = 0x75;
    private const byte SetRemap = 0xA0;
    private const byte Vertical = 4;
    private const byte ClearedBus = 0xFF;

    private readonly byte[] _memory = new byte[Columns * Rows];
    private readonly byte[] _command = new byte[LongestCommand];
    private int _length;
    private byte _remap;
    private Window _columns = new(0, 0, Columns - 1);
    private Window _rows = new(0, 0, Rows - 1);
    private bool _takesData;
    private bool _isSelected = true;

    private const int LongestCommand = 9;

    public string Name { get; } = name;

    public int Width => 2 * Columns;

    public int Height => 64;

    public bool IsSelected => _isSelected;

    public Action<bool>? FindInput(string name) => name switch
    {
        "data" => level => _takesData = level,
        "select" => level => _isSelected = level,
        _ => null,
    };

    public uint Exchange(uint value)
    {
        if (_takesData)
        {
            Put((byte)value);
        }
        else
        {
            TakeCommand((byte)value);
        }

        return 0;
    }

    public void Draw(Span<uint> pixels)
    {
        for (var i = 0; i < Width * Height; i++)
        {
            // The left one of two is in the high half; a grey of 4 bits fills 8.
            var pair = _memory[i / 2];
            var grey = (uint)(i % 2 == 0 ? pair >> 4 : pair & 0xF);
            pixels[i] = grey * 0x11_1111;
        }
    }

    public uint Read(uint offset, int size) => 0;

    public void Write(uint offset, uint value, int size)
    {
    }

    public uint Peek(uint offset, int size) => 0;

    /// <summary>The level of <c>data</c> is that of its wire; nothing drives <c>select</c> behind a reset.</summary>
    public void Reset()
    {
        Array.Clear(_memory);
        Array.Clear(_command);
        (_length, _remap, _isSelected) = (0, 0, true);
        (_columns, _rows) = (new Window(0, 0, Columns - 1), new Window(0, 0, Rows - 1));
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_memory);
        writer.Write(_command);
        foreach (var value in (ReadOnlySpan<byte>)
        [
            (byte)_length, _remap, _columns.Now, _columns.First, _columns.Last, _rows.Now, _rows.First, _rows.Last,
        ])
        {
            writer.Write(value);
        }

        writer.Write(_takesData);
        writer.Write(_isSelected);
    }

    public void Restore(ref StateReader reader)
    {
        var memory = reader.ReadBytes();
        var command = reader.ReadBytes();
        _length = reader.ReadByte();
        _remap = reader.ReadByte();
        _columns = new Window(reader.ReadByte(), reader.ReadByte(), reader.ReadByte());
        _rows = new Window(reader.ReadByte(), reader.ReadByte(), reader.ReadByte());
        _takesData = reader.ReadBoolean();
        _isSelected = reader.ReadBoolean();
        if (memory.Length != _memory.Length || command.Length != LongestCommand || _length >= LongestCommand
            || !_columns.IsBelow(Columns) || !_rows.IsBelow(Rows))
        {
            throw new InvalidDataException($"state of {Name}: expected {_memory.Length} bytes and places in them");
        }

        memory.CopyTo(_memory);
        command.CopyTo(_command);
    }

    /// <summary>Bytes behind a command's first.</summary>
    private static int ArgumentsOf(byte command) => command switch
    {
        SetColumns or SetRows => 2,
        0x81 or SetRemap or 0xA1 or 0xA2 or 0xA8 or 0xAD or 0xB1 or 0xB2 or 0xB3 or 0xBC or 0xBE or 0xBF => 1,
        0xB8 => 8, // grey scale table
        _ => 0,
    };

    private void TakeCommand(byte value)
    {
        // All ones between two commands come from a master that only reads: from another device at the bus.
        if (_length == 0 && value == ClearedBus)
        {
            return;
        }

        _command[_length++] = value;
        if (_length <= ArgumentsOf(_command[0]))
        {
            return;
        }

        _length = 0;
        switch (_command[0])
        {
            case SetColumns:
                _columns = Window.Of(_command[1], _command[2], Columns);
                break;
            case SetRows:
                _rows = Window.Of(_command[1], _command[2], Rows);
                break;
            case SetRemap:
                _remap = _command[1];
                break;
        }
    }

    private void Put(byte pair)
    {
        _memory[_columns.Now + (_rows.Now * Columns)] = pair;
        if ((_remap & Vertical) != 0)
        {
            Window.Step(ref _rows, ref _columns);
        }
        else
        {
            Window.Step(ref _columns, ref _rows);
        }
    }

    /// <summary>Where the next byte goes in one direction, and between what it goes round.</summary>
    private readonly record struct Window(byte Now, byte First, byte Last)
    {
        public static Window Of(byte first, byte last, int size) =>
            new((byte)(first % size), (byte)(first % size), (byte)(last % size));

        /// <summary>One step inside; at the end of that, one step outside.</summary>
        public static void Step(ref Window inner, ref Window outer)
        {
            inner = inner.Next();
            if (inner.Now == inner.First)
            {
                outer = outer.Next();
            }
        }

        public bool IsBelow(int size) => Now < size && First < size && Last < size;

        private Window Next() => this with { Now = Now >= Last ? First : (byte)(Now + 1) };
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Ssd0323Factory : IDeviceFactory
{
    public string Type => "ssd0323";

    public bool IsOnBus => false;

    public string Example => "oled: { type: ssd0323 }";

    public IDevice Create(DeviceSite site) => new Ssd0323(site.Name);
}
