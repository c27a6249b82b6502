using System.Buffers.Binary;
using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Machines;

/// <content>What a debugger reads, which changes nothing, and what it writes, which is an input event to the recorder.</content>
public sealed partial class Machine
{
    /// <summary>Reads memory and devices without side effects, at addresses as the guest has them now.</summary>
    /// <returns>Bytes read; fewer than asked for where nothing answers.</returns>
    public int Peek(ulong address, Span<byte> bytes)
    {
        var read = 0;
        while (read < bytes.Length)
        {
            if (!TryFindPhysical(address + (ulong)read, out var physical, out var left))
            {
                return read;
            }

            var memory = Memory.BytesFrom(physical);
            if (!memory.IsEmpty)
            {
                var count = Math.Min(Math.Min(memory.Length, bytes.Length - read), left);
                memory[..count].CopyTo(bytes[read..]);
                read += count;
            }
            else if (TryFindDevice(physical, out var mapping))
            {
                // Registers are words: narrower reads of some devices answer zero.
                var offset = (uint)(physical - mapping.Address);
                bytes[read] = (byte)(mapping.Device.Peek(offset & ~3u, sizeof(uint)) >> (int)(offset & 3) * 8);
                read++;
            }
            else
            {
                return read;
            }
        }

        return bytes.Length;
    }

    /// <summary>What a read of an I/O port would answer, without its side effects.</summary>
    /// <param name="port">The first port.</param>
    /// <param name="size">1, 2 or 4 bytes.</param>
    public uint PeekPort(ushort port, int size) => _ports.Peek(port, size);

    /// <summary>Writes memory at physical addresses, as a debugger does; devices are not written.</summary>
    /// <returns>Bytes written.</returns>
    public int Poke(ulong address, ReadOnlySpan<byte> bytes) => Memory.Write(address, bytes);

    /// <summary>The physical address of an address as the guest has it now; false when it has none.</summary>
    public bool TryFindPhysical(ulong address, out ulong physical) => TryFindPhysical(address, out physical, out _);

    /// <summary>Whether memory or a device answers a physical address.</summary>
    public bool Answers(ulong physical) =>
        Memory.TryFind(physical, out _, out _) || (TryFindDevice(physical, out var mapping) && mapping.Device is not OpenBus);

    /// <summary>
    /// Writes a register, as a debugger does, and settles: a mask that is cleared lets an interrupt in at this position.
    /// </summary>
    public void WriteRegister(int index, ReadOnlySpan<byte> value)
    {
        _processor.WriteRegister(index, value);
        Settle();
    }

    /// <summary>
    /// Writes devices at physical addresses, as a debugger does who means it: with all that the write does. Accesses are aligned,
    /// of a word at most, in ascending order. Then the machine settles.
    /// </summary>
    /// <returns>Bytes written; fewer than given where no device answers.</returns>
    public int WriteDevice(ulong address, ReadOnlySpan<byte> bytes)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        _clock.Now = TimeAt(Position);
        var written = 0;
        while (written < bytes.Length && TryFindDevice(address + (ulong)written, out var mapping))
        {
            var here = address + (ulong)written;
            var size = sizeof(uint);
            while (size > bytes.Length - written || here % (ulong)size != 0)
            {
                size /= 2;
            }

            word.Clear();
            bytes.Slice(written, size).CopyTo(word);
            mapping.Device.Write((uint)(here - mapping.Address), BinaryPrimitives.ReadUInt32LittleEndian(word), size);
            written += size;
        }

        Settle();
        return written;
    }

    /// <summary>The same, and how many bytes behind it lie together.</summary>
    private bool TryFindPhysical(ulong address, out ulong physical, out int left)
    {
        physical = address;
        left = int.MaxValue;
        if (_processor.Translation is not { } translation)
        {
            return true;
        }

        left = Memory.PageSize - (int)(address % (ulong)Memory.PageSize);
        return translation.TryLook(address, out physical);
    }
}
