using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc.Vga;

/// <summary>
/// The registers of a VGA at ports 3B0h to 3DFh (IBM VGA XGA technical reference manual, 2). Ports are numbered from 3B0h
/// on. Bits that nobody has read as zero, as on QEMU.
/// </summary>
internal sealed class VgaRegisters
{
    private const byte ColorPorts = 1; // of the miscellaneous register: 3Dxh rather than 3Bxh
    private const byte PortsFixed = 0x10;
    private const byte Protected = 0x80; // CRTC register 11h: registers 0 to 7
    private const int Overflow = 7;

    private static ReadOnlySpan<byte> SequencerBits => [0x03, 0x3D, 0x0F, 0x3F, 0x0E, 0x00, 0x00, 0xFF];

    private static ReadOnlySpan<byte> GraphicsBits => [0x0F, 0x0F, 0x0F, 0x1F, 0x03, 0x7B, 0x0F, 0x0F, 0xFF];

    private byte _sequencerIndex;
    private byte _graphicsIndex;
    private byte _crtcIndex;
    private byte _attributeIndex;
    private bool _attributeData;
    private byte _feature;

    public byte[] Sequencer { get; } = new byte[8];

    public byte[] Graphics { get; } = new byte[16];

    public byte[] Crtc { get; } = new byte[256];

    /// <summary>Colors 0 to 15, mode, border, planes shown, panning, upper bits of colors.</summary>
    public byte[] Attributes { get; } = new byte[21];

    public byte Miscellaneous { get; private set; }

    public VgaPalette Palette { get; } = new();

    /// <summary>The attribute controller drives the screen, not the processor its palette.</summary>
    public bool IsShown => (_attributeIndex & 0x20) != 0 && (Sequencer[1] & 0x20) == 0;

    public byte Peek(uint port, byte status) => IsElsewhere(port) ? (byte)0xFF : PeekHere(port, status);

    private byte PeekHere(uint port, byte status) => port switch
    {
        0x10 => _attributeData ? (byte)0 : _attributeIndex,
        0x11 => (_attributeIndex & 0x1F) < Attributes.Length ? Attributes[_attributeIndex & 0x1F] : (byte)0,
        0x14 => _sequencerIndex,
        0x15 => Sequencer[_sequencerIndex],
        0x17 => Palette.State,
        0x18 => Palette.WriteIndex,
        0x19 => Palette.Peek(),
        0x1A => _feature,
        0x1C => Miscellaneous,
        0x1E => _graphicsIndex,
        0x1F => Graphics[_graphicsIndex],
        0x04 or 0x24 => _crtcIndex,
        0x05 or 0x25 => Crtc[_crtcIndex],
        0x0A or 0x2A => status,
        _ => 0,
    };

    public void AfterRead(uint port)
    {
        if (IsElsewhere(port))
        {
            return;
        }

        if (port is 0x0A or 0x2A)
        {
            _attributeData = false;
        }
        else if (port == 0x19)
        {
            Palette.AfterRead();
        }
    }

    public void Write(uint port, byte value)
    {
        if (IsElsewhere(port))
        {
            return;
        }

        switch (port)
        {
            case 0x10:
                WriteAttribute(value);
                _attributeData = !_attributeData;
                break;
            case 0x12:
                Miscellaneous = (byte)(value & ~PortsFixed);
                break;
            case 0x14:
                _sequencerIndex = (byte)(value & 7);
                break;
            case 0x15:
                Sequencer[_sequencerIndex] = (byte)(value & SequencerBits[_sequencerIndex]);
                break;
            case 0x17:
                Palette.BeginRead(value);
                break;
            case 0x18:
                Palette.BeginWrite(value);
                break;
            case 0x19:
                Palette.Write(value);
                break;
            case 0x1E:
                _graphicsIndex = (byte)(value & 15);
                break;
            case 0x1F when _graphicsIndex < GraphicsBits.Length:
                Graphics[_graphicsIndex] = (byte)(value & GraphicsBits[_graphicsIndex]);
                break;
            case 0x04 or 0x24:
                _crtcIndex = value;
                break;
            case 0x05 or 0x25:
                WriteCrtc(value);
                break;
            case 0x0A or 0x2A:
                _feature = (byte)(value & 0x10);
                break;
        }
    }

    /// <summary>As the VBE interface leaves them when it is enabled: a graphics mode, its memory at A0000h in a row.</summary>
    public void BeginExtended(bool withPlanes)
    {
        Graphics[6] = (byte)((Graphics[6] & ~0x0C) | 0x05);
        Graphics[5] = (byte)((Graphics[5] & ~0x60) | (withPlanes ? 0 : 0x40));
        Crtc[0x17] |= 3;
        Crtc[9] &= 0x60;
        Sequencer[1] &= withPlanes ? (byte)0xF7 : (byte)0xFF;
        Sequencer[4] |= withPlanes ? (byte)0 : (byte)0x08;
        Sequencer[2] |= withPlanes ? (byte)0 : (byte)0x0F;
    }

    public void Reset()
    {
        Array.Clear(Sequencer);
        Array.Clear(Graphics);
        Array.Clear(Crtc);
        Array.Clear(Attributes);
        Palette.Reset();
        (_sequencerIndex, _graphicsIndex, _crtcIndex, _attributeIndex) = (0, 0, 0, 0);
        (_attributeData, _feature, Miscellaneous) = (false, 0, 0);
    }

    public void Save(StateWriter writer)
    {
        writer.Write(Sequencer);
        writer.Write(Graphics);
        writer.Write(Crtc);
        writer.Write(Attributes);
        writer.Write(_sequencerIndex);
        writer.Write(_graphicsIndex);
        writer.Write(_crtcIndex);
        writer.Write(_attributeIndex);
        writer.Write(_attributeData);
        writer.Write(_feature);
        writer.Write(Miscellaneous);
        Palette.Save(writer);
    }

    public void Restore(ref StateReader reader)
    {
        SavedBytes.Restore(ref reader, Sequencer, "the sequencer");
        SavedBytes.Restore(ref reader, Graphics, "the graphics controller");
        SavedBytes.Restore(ref reader, Crtc, "the CRTC");
        SavedBytes.Restore(ref reader, Attributes, "the attribute controller");
        _sequencerIndex = (byte)(reader.ReadByte() & 7);
        _graphicsIndex = (byte)(reader.ReadByte() & 15);
        _crtcIndex = reader.ReadByte();
        _attributeIndex = reader.ReadByte();
        _attributeData = reader.ReadBoolean();
        _feature = reader.ReadByte();
        Miscellaneous = reader.ReadByte();
        Palette.Restore(ref reader);
    }

    private bool IsElsewhere(uint port) => (Miscellaneous & ColorPorts) != 0 ? port < 0x10 : port >= 0x20;

    private void WriteAttribute(byte value)
    {
        if (!_attributeData)
        {
            _attributeIndex = (byte)(value & 0x3F);
            return;
        }

        var index = _attributeIndex & 0x1F;
        if (index < Attributes.Length)
        {
            Attributes[index] = (byte)(value & index switch
            {
                < 0x10 or 0x12 => 0x3F,
                0x10 => 0xEF,
                0x11 => 0xFF,
                _ => 0x0F,
            });
        }
    }

    // Bit 4 of register 7 belongs to the line compare, which is not protected.
    private void WriteCrtc(byte value)
    {
        if ((Crtc[0x11] & Protected) == 0 || _crtcIndex > Overflow)
        {
            Crtc[_crtcIndex] = value;
        }
        else if (_crtcIndex == Overflow)
        {
            Crtc[Overflow] = (byte)((Crtc[Overflow] & ~0x10) | (value & 0x10));
        }
    }
}
