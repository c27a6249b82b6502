using Reprise.Emulation.Memory;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>Memory as a device reaches it that is a master on the bus.</summary>
internal static class BusMemory
{
    /// <summary>Fills bytes; false when memory ends before.</summary>
    public static bool TryRead(MemoryMap memory, ulong address, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var found = memory.BytesFrom(address);
            if (found.IsEmpty)
            {
                return false;
            }

            var count = Math.Min(found.Length, bytes.Length);
            found[..count].CopyTo(bytes);
            bytes = bytes[count..];
            address += (ulong)count;
        }

        return true;
    }

    /// <summary>Writes bytes, none to ROM; false when memory ends before.</summary>
    public static bool Write(MemoryMap memory, ulong address, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, memory.PageSize - (int)(address % (ulong)memory.PageSize));
            if (!memory.IsReadOnly(address) && memory.Write(address, bytes[..count]) != count)
            {
                return false;
            }

            bytes = bytes[count..];
            address += (ulong)count;
        }

        return true;
    }
}
