using System.Runtime.InteropServices;

namespace Reprise.Emulation.Execution;

/// <summary>
/// The known blocks, in memory that emitted code walks. An entry whose epoch is the current one takes the fast path;
/// raising the epoch sends every block through the slow path once, where it is counted anew. An entry stays where it
/// is: emitted code holds pointers to it. A block is decoded once for each code that it has had: its bytes are kept, and say
/// what ran when the guest writes over them.
/// </summary>
internal sealed unsafe class BlockTable : IDisposable
{
    private const int EntriesInChunk = 4096;
    private const int CodeInChunk = 64 << 10;

    // No block is at an odd address: this one answers where the table has none.
    private const ulong NoAddress = 1;

    private readonly CounterState* _state;
    private readonly IInstructionDecoder _decoder;
    private readonly GuestCode _code;
    private readonly Dictionary<(ulong Address, uint Size, ulong Physical, uint Mode), nint> _entries = [];
    private readonly List<nint> _chunks = [];
    private readonly List<nint> _trustedMaskChanges = [];
    private readonly BlockEntry* _none;
    private uint _epoch = 1;
    private BlockEntry* _next;
    private int _left;
    private byte* _codeChunk;
    private int _codeLeft;
    private byte[] _read = new byte[512];

    public BlockTable(CounterState* state, IInstructionDecoder decoder, GuestCode code)
    {
        _state = state;
        _decoder = decoder;
        _code = code;
        _none = NewEntry(NoAddress, 0);
        _state->Table = (BlockEntry**)NativeMemory.Alloc(CounterCode.TableLength, (nuint)sizeof(BlockEntry*));
        for (var slot = 0; slot < CounterCode.TableLength; slot++)
        {
            _state->Table[slot] = _none;
        }

        _state->EpochHigh = (ulong)_epoch << 32;
    }

    /// <summary>Sends every block through the slow path once.</summary>
    public void RaiseEpoch()
    {
        _trustedMaskChanges.Clear();
        if (++_epoch == 0)
        {
            // The epoch came round: an entry from its first use would pass for a new one.
            foreach (var address in _entries.Values)
            {
                var entry = (BlockEntry*)address;
                entry->SizeAndEpoch = entry->Size;
                entry->NotedEpoch = 0;
            }

            _epoch = 1;
        }

        _state->EpochHigh = (ulong)_epoch << 32;
    }

    /// <summary>The entry of a block if it was counted in this epoch, else null.</summary>
    public BlockEntry* Find(ulong address, uint size) =>
        _entries.TryGetValue(KeyOf(address, size), out var found) && ((BlockEntry*)found)->NotedEpoch == _epoch
            ? (BlockEntry*)found
            : null;

    /// <summary>Whether an instruction needs a hook on it.</summary>
    public static bool IsHooked(InstructionEffect effect) =>
        effect is InstructionEffect.SendEvent or InstructionEffect.Announced or InstructionEffect.AnnouncedFirst
            or InstructionEffect.AnnouncedMaskChange or InstructionEffect.Emulated;

    /// <summary>Counts a block; it takes the slow path until <see cref="Trust"/>.</summary>
    public BlockEntry* Count(ulong address, uint size)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, KeyOf(address, size), out var exists);
        known = exists ? known : (nint)NewEntry(address, size);
        var entry = (BlockEntry*)known;
        entry->NotedEpoch = _epoch;
        entry->SizeAndEpoch = size;
        var code = Read(address, (int)size);
        if (entry->Code != null && code.SequenceEqual(new ReadOnlySpan<byte>(entry->Code, (int)size)))
        {
            return entry;
        }

        entry->Code = KeepCode(entry->Code, code, (int)size);
        entry->Count = 0;
        entry->Ending = InstructionEffect.None;
        entry->HasHooks = false;
        entry->NeedsAlignment = false;
        for (var end = address + size; address < end; entry->Count++)
        {
            var rest = _code.At(address);
            var length = _decoder.Length(rest);
            if (entry->Code != null)
            {
                entry->Code[size + entry->Count] = (byte)length;
            }

            entry->NeedsAlignment |= _decoder.AlignmentOf(rest) != 0;
            address += (uint)length;
            entry->Ending = rest.Length >= length ? _decoder.EffectOf(rest[..length]) : InstructionEffect.None;
            entry->HasHooks |= IsHooked(entry->Ending);
        }

        return entry;
    }

    /// <summary>How many instructions of a block are before an address.</summary>
    public ulong IndexOf(BlockEntry* block, ulong address)
    {
        if (block->Code == null)
        {
            return CountInstructions(block->Address, address - block->Address);
        }

        var index = 0ul;
        var lengths = block->Code + block->Size;
        for (var at = block->Address; at < address && index < block->Count; index++)
        {
            at += lengths[index];
        }

        return index;
    }

    /// <summary>Sends the blocks that end in a change of the interrupt masks through the slow path.</summary>
    public void DistrustMaskChanges()
    {
        foreach (var address in _trustedMaskChanges)
        {
            var entry = (BlockEntry*)address;
            entry->SizeAndEpoch = entry->Size;
        }

        _trustedMaskChanges.Clear();
    }

    /// <summary>
    /// Lets a block take the fast path until the epoch is raised: from its own translation, and where its address can't
    /// mean another block from the table.
    /// </summary>
    public void Trust(BlockEntry* entry)
    {
        if (entry->Ending is InstructionEffect.MaskChange or InstructionEffect.AnnouncedMaskChange or InstructionEffect.ModeChange)
        {
            _trustedMaskChanges.Add((nint)entry);
        }

        entry->SizeAndEpoch = entry->Size | _state->EpochHigh;
        if (!_code.IsTranslated)
        {
            _state->Table[CounterCode.Slot(entry->Address, entry->Size)] =
                entry->NeedsAlignment ? _none : entry;
        }
    }

    /// <summary>Instructions in a range of code.</summary>
    private ulong CountInstructions(ulong address, ulong size)
    {
        var count = 0ul;
        for (var end = address + size; address < end;)
        {
            // What is left here may be as short as the edge of a page: then it is looked for again.
            var code = _code.At(address);
            do
            {
                var length = _decoder.Length(code);
                address += (uint)length;
                code = length < code.Length ? code[length..] : [];
                count++;
            }
            while (address < end && code.Length >= GuestCode.LongestInstruction);
        }

        return count;
    }

    /// <summary>Address of the instruction that follows the next <paramref name="count"/> ones.</summary>
    public ulong AddressAfter(ulong address, ulong count)
    {
        for (; count > 0; count--)
        {
            address += LengthAt(address);
        }

        return address;
    }

    public uint LengthAt(ulong address) => (uint)_decoder.Length(_code.At(address));

    public void Dispose()
    {
        NativeMemory.Free(_state->Table);
        foreach (var chunk in _chunks)
        {
            NativeMemory.Free((void*)chunk);
        }

        _chunks.Clear();
    }

    /// <summary>Code as it is in memory now, good until the next call; shorter where memory ends.</summary>
    private ReadOnlySpan<byte> Read(ulong address, int size)
    {
        if (size > _read.Length)
        {
            _read = new byte[size];
        }

        var read = 0;
        while (read < size && _code.At(address + (ulong)read) is { IsEmpty: false } bytes)
        {
            bytes = bytes[..Math.Min(bytes.Length, size - read)];
            bytes.CopyTo(_read.AsSpan(read));
            read += bytes.Length;
        }

        return _read.AsSpan(0, read);
    }

    private byte* KeepCode(byte* place, ReadOnlySpan<byte> code, int size)
    {
        if (code.Length < size)
        {
            return null;
        }

        if (place == null)
        {
            // No more instructions than bytes.
            var wanted = 2 * size;
            if (wanted > _codeLeft)
            {
                _codeLeft = Math.Max(CodeInChunk, wanted);
                _codeChunk = (byte*)NativeMemory.Alloc((nuint)_codeLeft);
                _chunks.Add((nint)_codeChunk);
            }

            place = _codeChunk;
            _codeChunk += wanted;
            _codeLeft -= wanted;
        }

        code.CopyTo(new Span<byte>(place, size));
        return place;
    }

    /// <summary>One address is another block in another address space or mode.</summary>
    private (ulong Address, uint Size, ulong Physical, uint Mode) KeyOf(ulong address, uint size) =>
        !_code.IsTranslated ? (address, size, 0, 0)
        : _code.TryFind(address, out _, out var physical) ? (address, size, physical, _decoder.Mode)
        : (address, size, ulong.MaxValue, _decoder.Mode);

    private BlockEntry* NewEntry(ulong address, uint size)
    {
        if (_left == 0)
        {
            _next = (BlockEntry*)NativeMemory.AllocZeroed(EntriesInChunk, (nuint)sizeof(BlockEntry));
            _chunks.Add((nint)_next);
            _left = EntriesInChunk;
        }

        var entry = _next++;
        _left--;
        entry->Address = address;
        entry->SizeAndEpoch = size;
        return entry;
    }
}
