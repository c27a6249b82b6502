namespace Reprise.Emulation.Devices.Pc.Acpi;

/// <summary>A list of what a device has: ports, memory, interrupts (ACPI specification 6.5, 6.4).</summary>
internal sealed class AmlResources
{
    private const byte MemorySpace = 0;
    private const byte PortSpace = 1;
    private const byte BusSpace = 2;
    private const byte FixedEnds = 0x0C; // both ends are, decoded positively

    private readonly List<byte> _bytes = [];

    public AmlResources Ports(ushort first, byte count)
    {
        _bytes.AddRange([0x47, 1, (byte)first, (byte)(first >> 8), (byte)first, (byte)(first >> 8), 1, count]);
        return this;
    }

    /// <summary>An edge-triggered interrupt of the ISA bus.</summary>
    public AmlResources IsaInterrupt(int number)
    {
        _bytes.AddRange([0x22, (byte)(1 << number), (byte)(1 << number >> 8)]);
        return this;
    }

    /// <summary>An 8-bit channel of the ISA bus's DMA.</summary>
    public AmlResources Dma(int channel)
    {
        _bytes.AddRange([0x2A, (byte)(1 << channel), 0]);
        return this;
    }

    /// <summary>Level-triggered interrupts that are high when they ask, and may be shared.</summary>
    public AmlResources PciInterrupts(params uint[] numbers)
    {
        _bytes.AddRange([0x89, (byte)(2 + (4 * numbers.Length)), 0, 0x09, (byte)numbers.Length]);
        foreach (var number in numbers)
        {
            _bytes.AddRange(BitConverter.GetBytes(number));
        }

        return this;
    }

    public AmlResources FixedMemory(uint address, uint size)
    {
        _bytes.AddRange([0x86, 9, 0, 0, .. BitConverter.GetBytes(address), .. BitConverter.GetBytes(size)]);
        return this;
    }

    /// <summary>Buses that a bridge passes on.</summary>
    public AmlResources Buses(ushort first, ushort last) => Word(BusSpace, 0, first, last);

    /// <summary>Ports that a bridge passes on, of all of the ISA bus.</summary>
    public AmlResources PortWindow(ushort first, ushort last) => Word(PortSpace, 3, first, last);

    /// <summary>Addresses that a bridge passes on, which can be written.</summary>
    public AmlResources MemoryWindow(uint first, uint last)
    {
        _bytes.AddRange([
            0x87, 23, 0, MemorySpace, FixedEnds, 1, .. BitConverter.GetBytes(0u), .. BitConverter.GetBytes(first),
            .. BitConverter.GetBytes(last), .. BitConverter.GetBytes(0u), .. BitConverter.GetBytes(last - first + 1)]);
        return this;
    }

    public byte[] ToArray() => [.. _bytes, 0x79, 0];

    private AmlResources Word(byte space, byte flags, ushort first, ushort last)
    {
        _bytes.AddRange([0x88, 13, 0, space, FixedEnds, flags]);
        foreach (var word in (ReadOnlySpan<int>)[0, first, last, 0, last - first + 1])
        {
            _bytes.AddRange([(byte)word, (byte)(word >> 8)]);
        }

        return this;
    }
}
