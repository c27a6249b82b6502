namespace Reprise.Emulation.Firmware;

/// <summary>What a firmware file puts into memory, and the names it knows.</summary>
public sealed class FirmwareImage
{
    /// <summary>
    /// Most bytes that a file may have, and that its segments may have together, the zeros of .bss included. Far more
    /// than a microcontroller's memory, and little enough to allocate when a damaged file asks for it.
    /// </summary>
    public const int MaximumBytes = 256 * 1024 * 1024;

    internal FirmwareImage(
        FirmwareFormat format,
        FirmwareMachine machine,
        IReadOnlyList<FirmwareSegment> segments,
        ulong? entryPoint,
        IReadOnlyList<FirmwareSymbol> symbols,
        MultibootHeader? multiboot = null)
    {
        Multiboot = multiboot;
        Format = format;
        Machine = machine;
        Segments = segments;
        EntryPoint = entryPoint;
        Symbols = symbols;
    }

    public FirmwareFormat Format { get; }

    public FirmwareMachine Machine { get; }

    /// <summary>At least one, by address, none over another.</summary>
    public IReadOnlyList<FirmwareSegment> Segments { get; }

    /// <summary>Where the file says that it starts, without the Thumb bit. A Cortex-M goes by its vectors.</summary>
    public ulong? EntryPoint { get; }

    /// <summary>How a PC's loader starts it; null for what is no such kernel.</summary>
    public MultibootHeader? Multiboot { get; }

    /// <summary>By address, then by name; none when the file is stripped or its format has no names.</summary>
    public IReadOnlyList<FirmwareSymbol> Symbols { get; }
}
