using System.Buffers.Binary;
using System.Text;

namespace Reprise.Emulation.Devices.Pc.Acpi;

/// <summary>
/// Writes AML, the byte code of ACPI's definition blocks (ACPI specification 6.5, chapter 20), term by term. Terms that hold
/// others take a function that writes those.
/// </summary>
internal sealed class AmlWriter
{
    public const byte PciConfiguration = 2; // of a region's space

    private const byte Extended = 0x5B;

    private readonly List<byte> _bytes = [];

    /// <summary>What was written so far.</summary>
    public byte[] ToArray() => [.. _bytes];

    public AmlWriter Scope(string path, Action<AmlWriter> body) => Package([0x10], inner => body(inner.Path(path)));

    public AmlWriter Device(string name, Action<AmlWriter> body) => Package([Extended, 0x82], inner => body(inner.Path(name)));

    /// <summary>A processor without registers of its own.</summary>
    public AmlWriter Processor(string name, byte id) =>
        Package([Extended, 0x83], inner => inner.Path(name).Bytes([id, 0, 0, 0, 0, 0]));

    /// <param name="name">Four characters.</param>
    /// <param name="arguments">From 0 to 7.</param>
    /// <param name="body">Its terms.</param>
    public AmlWriter Method(string name, int arguments, Action<AmlWriter> body) =>
        Package([0x14], inner => body(inner.Path(name).Bytes([(byte)(arguments | 8)]))); // serialized

    public AmlWriter Name(string name, Action<AmlWriter> value)
    {
        Bytes([0x08]).Path(name);
        value(this);
        return this;
    }

    public AmlWriter Name(string name, ulong value) => Name(name, inner => inner.Integer(value));

    /// <summary>The identity of a device, as <c>PNP0A03</c>, in its packed form (19.3.4).</summary>
    public AmlWriter Identity(string plugAndPlay)
    {
        var number = Convert.ToUInt16(plugAndPlay[3..], 16);
        var maker = ((plugAndPlay[0] & 31) << 10) | ((plugAndPlay[1] & 31) << 5) | (plugAndPlay[2] & 31);
        return Name("_HID", BinaryPrimitives.ReverseEndianness(((uint)maker << 16) | number));
    }

    public AmlWriter Resources(AmlResources resources) => Name("_CRS", inner => inner.Buffer(resources.ToArray()));

    public AmlWriter List(params Action<AmlWriter>[] elements) => Package([0x12], inner =>
    {
        inner.Bytes([(byte)elements.Length]);
        foreach (var element in elements)
        {
            element(inner);
        }
    });

    public AmlWriter Buffer(byte[] bytes) => Package([0x11], inner => inner.Integer((ulong)bytes.Length).Bytes(bytes));

    public AmlWriter Integer(ulong value) => value switch
    {
        0 or 1 => Bytes([(byte)value]),
        <= byte.MaxValue => Bytes([0x0A, (byte)value]),
        <= ushort.MaxValue => Bytes([0x0B, (byte)value, (byte)(value >> 8)]),
        <= uint.MaxValue => Bytes([0x0C, .. BitConverter.GetBytes((uint)value)]),
        _ => Bytes([0x0E, .. BitConverter.GetBytes(value)]),
    };

    public AmlWriter Region(string name, byte space, ulong offset, ulong length) =>
        Bytes([Extended, 0x80]).Path(name).Bytes([space]).Integer(offset).Integer(length);

    /// <summary>Fields of a region, one byte each, one behind the other.</summary>
    public AmlWriter ByteFields(string region, params string[] names) => Package([Extended, 0x81], inner =>
    {
        inner.Path(region).Bytes([1]); // access by bytes
        foreach (var name in names)
        {
            inner.Path(name).Bytes([8]);
        }
    });

    /// <summary>A name for four bytes of a buffer that a path or an argument gives.</summary>
    public AmlWriter WordIn(Action<AmlWriter> buffer, int offset, string name)
    {
        Bytes([0x8A]);
        buffer(this);
        return Integer((ulong)offset).Path(name);
    }

    public AmlWriter Argument(int number) => Bytes([(byte)(0x68 + number)]);

    public AmlWriter Store(Action<AmlWriter> value, string target)
    {
        Bytes([0x70]);
        value(this);
        return Path(target);
    }

    /// <summary>An AND whose result goes to a target as well, if one is named.</summary>
    public AmlWriter And(string value, ulong mask, string target = "") => Bytes([0x7B]).Path(value).Integer(mask).Path(target);

    /// <summary>An OR into the value itself.</summary>
    public AmlWriter Set(string value, ulong bits) => Bytes([0x7D]).Path(value).Integer(bits).Path(value);

    public AmlWriter If(Action<AmlWriter> condition, Action<AmlWriter> body) => Package([0xA0], inner =>
    {
        condition(inner);
        body(inner);
    });

    public AmlWriter Return(Action<AmlWriter> value)
    {
        Bytes([0xA4]);
        value(this);
        return this;
    }

    /// <summary>A name or a path, as <c>\_SB.PCI0</c>; parts shorter than four characters are filled up.</summary>
    public AmlWriter Path(string path)
    {
        var parts = path.TrimStart('\\').Split('.', StringSplitOptions.RemoveEmptyEntries);
        if (path.StartsWith('\\'))
        {
            Bytes([(byte)'\\']);
        }

        Bytes(parts.Length switch
        {
            0 => [0],
            1 => [],
            2 => [0x2E],
            _ => [0x2F, (byte)parts.Length],
        });
        foreach (var part in parts)
        {
            Bytes(Encoding.ASCII.GetBytes(part.PadRight(4, '_')));
        }

        return this;
    }

    // A length of one byte up to 63, else four bits and up to three bytes; it counts itself (20.2.4).
    private AmlWriter Package(byte[] operation, Action<AmlWriter> body)
    {
        var inner = new AmlWriter();
        body(inner);
        var length = inner._bytes.Count + 1;
        Bytes(operation);
        if (length <= 0x3F)
        {
            Bytes([(byte)length]);
        }
        else
        {
            var more = length + 1 <= 0xFFF ? 1 : length + 2 <= 0xF_FFFF ? 2 : 3;
            length += more;
            Bytes([(byte)((more << 6) | (length & 15))]);
            for (var i = 0; i < more; i++)
            {
                Bytes([(byte)(length >> (4 + (8 * i)))]);
            }
        }

        _bytes.AddRange(inner._bytes);
        return this;
    }

    private AmlWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }
}
