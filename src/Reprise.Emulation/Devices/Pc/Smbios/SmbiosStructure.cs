using System.Text;

namespace Reprise.Emulation.Devices.Pc.Smbios;

/// <summary>A structure of SMBIOS (DMTF DSP0134, 6.1.2): type, length, handle, fields, then the texts that fields number.</summary>
internal sealed class SmbiosStructure(byte type, ushort handle)
{
    private readonly List<byte> _fields = [];
    private readonly List<byte> _texts = [];
    private byte _count;

    public SmbiosStructure Bytes(params ReadOnlySpan<byte> values)
    {
        _fields.AddRange(values);
        return this;
    }

    public SmbiosStructure Word(ushort value) => Bytes((byte)value, (byte)(value >> 8));

    public SmbiosStructure DoubleWord(uint value) => Bytes(BitConverter.GetBytes(value));

    public SmbiosStructure Zeros(int count) => Bytes(new byte[count]);

    /// <summary>A field that names a text.</summary>
    public SmbiosStructure Text(string text)
    {
        _texts.AddRange([.. Encoding.ASCII.GetBytes(text), 0]);
        return Bytes(++_count);
    }

    public byte[] ToArray() =>
        [type, (byte)(4 + _fields.Count), (byte)handle, (byte)(handle >> 8), .. _fields, .. _texts, .. _count == 0 ? new byte[2] : new byte[1]];
}
