using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc.Vga;

/// <summary>
/// The registers of Bochs's VBE display interface, as QEMU's standard VGA has them (docs/specs/standard-vga of QEMU):
/// modes of a linear frame buffer. Values that can't be are taken to the nearest that can.
/// </summary>
internal sealed class VbeRegisters
{
    public const int Count = 10;

    private const int Id = 0;
    private const int XResolution = 1;
    private const int YResolution = 2;
    private const int Depth = 3;
    private const int Enable = 4;
    private const int Bank = 5;
    private const int VirtualWidth = 6;
    private const int VirtualHeight = 7;
    private const int XOffset = 8;
    private const int YOffset = 9;
    private const int MemorySize = 10;

    private const ushort FirstId = 0xB0C0;
    private const ushort LastId = 0xB0C5;
    private const ushort Enabled = 1;
    private const ushort AsksForMost = 2;
    private const ushort WidePalette = 0x20;
    private const ushort KeepsMemory = 0x80;
    private const int MaxWidth = 16_000;
    private const int MaxHeight = 12_000;
    private const int MaxDepth = 32;

    private readonly ushort[] _values = new ushort[Count];
    private readonly int _size;

    /// <param name="memorySize">Bytes of the frame buffer.</param>
    public VbeRegisters(int memorySize)
    {
        _size = memorySize;
        Reset();
    }

    /// <summary>The register that port 1CFh gives.</summary>
    public ushort Index { get; set; }

    public bool IsEnabled => (_values[Enable] & Enabled) != 0;

    public bool HasWidePalette => (_values[Enable] & WidePalette) != 0;

    public int Width => _values[XResolution];

    public int Height => _values[YResolution];

    /// <summary>4, 8, 15, 16, 24 or 32.</summary>
    public int BitsPerPixel => _values[Depth];

    /// <summary>Bytes from a row to the next, of all planes.</summary>
    public int LineLength => _values[VirtualWidth] * BitsInMemory / 8;

    /// <summary>The first byte that is shown.</summary>
    public int Start => (_values[XOffset] * BitsInMemory / 8) + (_values[YOffset] * LineLength);

    /// <summary>Where the window at A0000h begins.</summary>
    public uint BankOffset { get; private set; }

    private int BitsInMemory => _values[Depth] == 15 ? 16 : _values[Depth];

    public ushort Read(int index) => index switch
    {
        MemorySize => (ushort)(_size >> 16),
        >= Count or < 0 => 0,
        XResolution when AsksMost => MaxWidth,
        YResolution when AsksMost => MaxHeight,
        Depth when AsksMost => MaxDepth,
        _ => _values[index],
    };

    /// <returns>Whether the interface has just been enabled.</returns>
    public bool Write(int index, ushort value)
    {
        switch (index)
        {
            case Id when value is >= FirstId and <= LastId:
            case XResolution or YResolution or Depth or VirtualWidth or XOffset or YOffset:
                _values[index] = value;
                PutRight();
                break;
            case Bank:
                _values[Bank] = (ushort)(value & ((_size >> 16) - 1) >> (_values[Depth] == 4 ? 2 : 0));
                BankOffset = (uint)_values[Bank] << 16;
                break;
            case Enable:
                return TakeEnable(value);
        }

        return false;
    }

    /// <summary>Enabling it clears what is shown.</summary>
    public bool ClearsMemory => (_values[Enable] & KeepsMemory) == 0;

    public void Reset()
    {
        Array.Clear(_values);
        (Index, _values[Id], BankOffset) = (0, LastId, 0);
    }

    public void Save(StateWriter writer)
    {
        writer.Write((uint)Index);
        writer.Write(BankOffset);
        foreach (var value in _values)
        {
            writer.Write((uint)value);
        }
    }

    /// <exception cref="InvalidDataException">A mode that can't be.</exception>
    public void Restore(ref StateReader reader)
    {
        Index = (ushort)reader.ReadUInt32();
        BankOffset = reader.ReadUInt32();
        foreach (ref var value in _values.AsSpan())
        {
            value = (ushort)reader.ReadUInt32();
        }

        var height = _values[VirtualHeight];
        PutRight();
        if (IsEnabled && _values[VirtualHeight] != height)
        {
            throw new InvalidDataException("state of the VBE registers: a mode that can't be");
        }
    }

    private bool AsksMost => (_values[Enable] & AsksForMost) != 0;

    private bool TakeEnable(ushort value)
    {
        var begins = (value & Enabled) != 0 && !IsEnabled;
        _values[Enable] = value;
        if (begins)
        {
            (_values[VirtualWidth], _values[XOffset], _values[YOffset]) = (0, 0, 0);
            PutRight();
        }
        else
        {
            BankOffset = 0; // the register keeps its value, as on QEMU
        }

        return begins;
    }

    private void PutRight()
    {
        if (!IsEnabled)
        {
            return;
        }

        if (_values[Depth] is not (4 or 8 or 15 or 16 or 24 or 32))
        {
            _values[Depth] = 8;
        }

        _values[XResolution] = (ushort)Math.Clamp(_values[XResolution] & ~7, 8, MaxWidth);
        _values[VirtualWidth] = (ushort)Math.Clamp(_values[VirtualWidth] & ~7, _values[XResolution], MaxWidth);
        var most = _size / LineLength;
        _values[YResolution] = (ushort)Math.Clamp((int)_values[YResolution], 1, Math.Min(most, MaxHeight));
        _values[VirtualHeight] = (ushort)most; // its low bits, as on QEMU
        _values[XOffset] = Math.Min(_values[XOffset], (ushort)MaxWidth);
        _values[YOffset] = Math.Min(_values[YOffset], (ushort)MaxHeight);
        if (!Fits())
        {
            _values[YOffset] = 0;
            _values[XOffset] = Fits() ? _values[XOffset] : (ushort)0;
        }
    }

    private bool Fits() => Start + ((long)_values[YResolution] * LineLength) <= _size;
}
