using System.Runtime.InteropServices;
using Reprise.Emulation.Memory;

namespace Reprise.Emulation.Execution;

/// <summary>
/// The known blocks, in the memory that the emitted counter walks. An entry whose epoch is the current one takes the
/// fast path; raising the epoch sends every block through the slow path once, where it is counted anew.
/// </summary>
internal sealed unsafe class BlockTable : IDisposable
{
    private readonly CounterState* _state;
    private readonly IInstructionDecoder _decoder;
    private readonly MemoryMap _memory;
    private uint _epoch = 1;

    public BlockTable(CounterState* state, IInstructionDecoder decoder, MemoryMap memory)
    {
        _state = state;
        _decoder = decoder;
        _memory = memory;
        _state->Table = (BlockEntry*)NativeMemory.AllocZeroed(CounterCode.TableLength, (nuint)sizeof(BlockEntry));
        _state->EpochHigh = (ulong)_epoch << 32;
    }

    /// <summary>Sends every block through the slow path once.</summary>
    public void RaiseEpoch()
    {
        if (++_epoch == 0)
        {
            // The epoch came round: an entry from its first use would pass for a new one.
            new Span<BlockEntry>(_state->Table, CounterCode.TableLength).Clear();
            _epoch = 1;
        }

        _state->EpochHigh = (ulong)_epoch << 32;
    }

    /// <summary>The entry of a block if it was counted in this epoch, else null.</summary>
    public BlockEntry* Find(ulong address, uint size)
    {
        var entry = _state->Table + CounterCode.Slot(address, size);
        return entry->Address == address && entry->Size == size && entry->NotedEpoch == _epoch ? entry : null;
    }

    /// <summary>Counts a block; it takes the slow path until <see cref="Trust"/>.</summary>
    public BlockEntry* Count(ulong address, uint size)
    {
        var entry = _state->Table + CounterCode.Slot(address, size);
        entry->NotedEpoch = _epoch;
        entry->Address = address;
        entry->SizeAndEpoch = size;
        entry->Count = 0;
        entry->Ending = InstructionEffect.None;
        for (var end = address + size; address < end; entry->Count++)
        {
            var code = (ReadOnlySpan<byte>)_memory.BytesFrom(address);
            var length = _decoder.Length(code);
            address += (uint)length;
            if (address >= end && code.Length >= length)
            {
                entry->Ending = _decoder.EffectOf(code[..length]);
            }
        }

        return entry;
    }

    /// <summary>Lets a block take the fast path until the epoch is raised.</summary>
    public void Trust(BlockEntry* entry) => entry->SizeAndEpoch = entry->Size | _state->EpochHigh;

    /// <summary>Instructions in a range of code.</summary>
    public ulong CountInstructions(ulong address, ulong size)
    {
        var count = 0ul;
        for (var end = address + size; address < end; count++)
        {
            address += LengthAt(address);
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

    public uint LengthAt(ulong address) => (uint)_decoder.Length(_memory.BytesFrom(address));

    public void Dispose() => NativeMemory.Free(_state->Table);
}
