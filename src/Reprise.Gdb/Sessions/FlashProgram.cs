using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Sessions;

// Goal: what a debugger programs into flash is written as one thing, when it says that it is done.
//
// Invariant: no block is held twice, and each lies in flash: never more is held than the target has of it.

/// <summary>Blocks of flash that are erased and written, until they are all written to the target at once.</summary>
internal sealed class FlashProgram(IDebugTarget target)
{
    private const int BlockSize = MemoryArea.FlashBlockSize;
    private const byte Erased = 0xff;

    private readonly SortedDictionary<ulong, byte[]> _blocks = [];

    /// <summary>Erases a range. False when it is not all flash.</summary>
    public bool TryErase(ulong address, ulong length) => TryChange(address, length, piece => piece.Fill(Erased));

    /// <summary>Writes to a range that is erased, or was before. False when it is not all flash.</summary>
    public bool TryWrite(ulong address, ReadOnlySpan<byte> bytes)
    {
        var rest = bytes.ToArray().AsMemory();
        return TryChange(address, (ulong)bytes.Length, piece =>
        {
            rest.Span[..piece.Length].CopyTo(piece);
            rest = rest[piece.Length..];
        });
    }

    /// <summary>Writes what neighbours as one change, and forgets it all.</summary>
    public WriteResult Finish()
    {
        var all = WriteResult.Done;
        foreach (var (address, bytes) in Runs())
        {
            var result = target.WriteMemory(address, bytes);
            if (!result.Succeeded)
            {
                Forget();
                return result;
            }

            all = all.Note is null ? result : all;
        }

        Forget();
        return all;
    }

    public void Forget() => _blocks.Clear();

    private delegate void Change(Span<byte> piece);

    private bool TryChange(ulong address, ulong length, Change change)
    {
        if (length == 0 || !IsFlash(address, length))
        {
            return false;
        }

        for (var end = address + length; address < end;)
        {
            var offset = (int)(address % BlockSize);
            var count = (int)Math.Min((ulong)(BlockSize - offset), end - address);
            change(BlockAt(address - (ulong)offset).AsSpan(offset, count));
            address += (ulong)count;
        }

        return true;
    }

    private bool IsFlash(ulong address, ulong length) =>
        target is IMemoryMapTarget map
        && map.MemoryAreas.Any(area => area.Kind == MemoryAreaKind.Flash
            && address >= area.Address && address - area.Address < area.Length
            && length <= area.Length - (address - area.Address));

    private byte[] BlockAt(ulong address)
    {
        if (!_blocks.TryGetValue(address, out var block))
        {
            block = new byte[BlockSize];
            target.ReadMemory(address, block);
            _blocks.Add(address, block);
        }

        return block;
    }

    private List<(ulong Address, byte[] Bytes)> Runs()
    {
        var runs = new List<(ulong Address, List<byte> Bytes)>();
        foreach (var (address, block) in _blocks)
        {
            if (runs.Count == 0 || runs[^1].Address + (ulong)runs[^1].Bytes.Count != address)
            {
                runs.Add((address, []));
            }

            runs[^1].Bytes.AddRange(block);
        }

        return [.. runs.Select(run => (run.Address, run.Bytes.ToArray()))];
    }
}
