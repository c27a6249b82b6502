using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc.Vga;

/// <summary>The 256 colors of a VGA's digital-to-analog converter, written and read a component at a time.</summary>
internal sealed class VgaPalette
{
    private const int Components = 3;

    private readonly byte[] _colors = new byte[256 * Components];
    private readonly byte[] _written = new byte[Components];
    private byte _readIndex;
    private byte _component;

    /// <summary>3 after a start of reading, 0 after one of writing.</summary>
    public byte State { get; private set; }

    public byte WriteIndex { get; private set; }

    /// <summary>Components have 8 bits instead of 6.</summary>
    public bool IsWide { get; set; }

    /// <summary>0x00RRGGBB. Of six bits, the lowest fills up the two that they lack, as on QEMU.</summary>
    public uint this[int index] =>
        (Expand(_colors[index * Components]) << 16)
        | (Expand(_colors[(index * Components) + 1]) << 8)
        | Expand(_colors[(index * Components) + 2]);

    public void BeginRead(byte index) => (_readIndex, _component, State) = (index, 0, 3);

    public void BeginWrite(byte index) => (WriteIndex, _component, State) = (index, 0, 0);

    public byte Peek() => _colors[(_readIndex * Components) + _component];

    public void AfterRead()
    {
        _component = (byte)((_component + 1) % Components);
        _readIndex += _component == 0 ? (byte)1 : (byte)0;
    }

    public void Write(byte value)
    {
        _written[_component] = value;
        _component = (byte)((_component + 1) % Components);
        if (_component == 0)
        {
            _written.CopyTo(_colors, WriteIndex * Components);
            WriteIndex++;
        }
    }

    public void Reset()
    {
        Array.Clear(_colors);
        Array.Clear(_written);
        (_readIndex, _component, State, WriteIndex, IsWide) = (0, 0, 0, 0, false);
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_colors);
        writer.Write(_written);
        writer.Write(_readIndex);
        writer.Write(_component);
        writer.Write(State);
        writer.Write(WriteIndex);
        writer.Write(IsWide);
    }

    public void Restore(ref StateReader reader)
    {
        SavedBytes.Restore(ref reader, _colors, "the palette");
        SavedBytes.Restore(ref reader, _written, "the palette");
        _readIndex = reader.ReadByte();
        _component = (byte)(reader.ReadByte() % Components);
        State = reader.ReadByte();
        WriteIndex = reader.ReadByte();
        IsWide = reader.ReadBoolean();
    }

    private uint Expand(byte component) => IsWide
        ? component
        : (uint)(((component & 0x3F) << 2) | ((component & 1) * 3));
}
