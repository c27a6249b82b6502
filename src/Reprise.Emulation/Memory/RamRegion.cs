using System.Runtime.InteropServices;

namespace Reprise.Emulation.Memory;

/// <summary>A range of guest memory backed by page-aligned native memory, zero at power-on.</summary>
public sealed unsafe class RamRegion : IDisposable
{
    /// <summary>Host pages must not be split between regions, and Unicorn maps in units of this (4 KiB).</summary>
    public const int Alignment = 4096;

    private void* _allocated;
    private byte* _memory;

    /// <param name="name">Name on its board.</param>
    /// <param name="address">First physical address, a multiple of 4 KiB.</param>
    /// <param name="size">Bytes, a positive multiple of 4 KiB.</param>
    public RamRegion(string name, ulong address, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(address % Alignment, 0ul, nameof(address));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfNotEqual(size % Alignment, 0, nameof(size));
        Name = name;
        Address = address;
        Size = size;

        // Zeroed by the system when a page is first touched: clearing it here would touch them all.
        _allocated = NativeMemory.AllocZeroed((nuint)size + Alignment);
        _memory = (byte*)(((nuint)_allocated + Alignment - 1) & ~(nuint)(Alignment - 1));
    }

    public string Name { get; }

    public ulong Address { get; }

    /// <summary>
    /// Flash: a write of the guest goes to the device that is mapped at the same address, and is ignored without one.
    /// </summary>
    public bool IsReadOnly { get; init; }

    /// <summary>It answers at no address of its own, but only where a device shows it.</summary>
    public bool IsHidden { get; init; }

    public int Size { get; }

    /// <summary>The memory itself; a write here is not seen by the page tracker.</summary>
    // SAFETY: _memory points to Size bytes from the constructor until Dispose; a disposed region gives an empty span.
    public Span<byte> Bytes => new(_memory, _memory is null ? 0 : Size);

    internal byte* Pointer => _memory;

    public bool Contains(ulong address) => address - Address < (ulong)Size;

    public void Dispose()
    {
        NativeMemory.Free(_allocated);
        _allocated = null;
        _memory = null;
    }
}
