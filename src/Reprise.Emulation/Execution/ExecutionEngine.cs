using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <summary>
/// Runs guest code to an exact position (laws 1 and 2), fast.
/// A block hook adds each block's instruction count when the block is entered, so <c>Position</c> is ahead inside a
/// block and exact between blocks. A block that would pass the limit is not entered: its translation is dropped and the
/// rest of the way runs with <c>until</c> = the address of the n-th instruction, which also stops inside an IT block.
/// When a block is left early (fault, exception), the PC says how many of its instructions ran and the count is put right.
/// Breakpoints need no hook: a block that covers one keeps out of the fast path (its entry carries epoch 0, which never is
/// the current one), and the slow path knows the exact position of each covered address: block start + index.
/// Address translation is ours (virtual TLB): pages come from <see cref="RamRegion"/>s, and every first access of an
/// interval passes through the <see cref="PageTracker"/>.
/// </summary>
public sealed unsafe class ExecutionEngine : IDisposable
{
    // An odd address is no instruction's, and Unicorn looks it up at the end of a run: so page 0 must answer a fetch.
    private const ulong NeverReached = 1;

    private readonly UnicornEngine _unicorn;
    private readonly IInstructionDecoder _decoder;
    private readonly RamRegion[] _regions;
    private readonly int _pageSize;
    private readonly int[] _firstPage;
    private readonly ExecutableMemory? _code;
    private readonly GCHandle _self;
    private readonly List<(ulong Address, uint Size)> _executedBlocks = [];
    private readonly SortedSet<ulong> _breakpoints = [];
    private CounterState* _state;
    private uint _epoch = 1;
    private HitMode _hitMode;
    private ulong _startPosition;
    private ulong? _stopAtBreakpoint;
    private ulong? _hitBeforeBlock;
    private (ulong Address, uint Size, ulong Count)? _remainder;
    private uint? _exception;
    private (ulong Page, MemoryAccess Access)? _miss;

    /// <param name="unicorn">An engine with a virtual TLB; owned from here on.</param>
    /// <param name="decoder">Its instruction set.</param>
    /// <param name="regions">Memory, not overlapping; stays the caller's and must outlive the engine.</param>
    /// <param name="pageSize">Bytes in a page of the engine: 1,024 on Cortex-M, 4,096 on x86.</param>
    public ExecutionEngine(
        UnicornEngine unicorn, IInstructionDecoder decoder, IReadOnlyList<RamRegion> regions, int pageSize)
    {
        _unicorn = unicorn;
        _decoder = decoder;
        _regions = [.. regions.OrderBy(region => region.Address)];
        _pageSize = pageSize;
        _firstPage = new int[_regions.Length];
        var pages = 0;
        for (var i = 0; i < _regions.Length; i++)
        {
            var region = _regions[i];
            _firstPage[i] = pages;
            pages += region.Size / pageSize;
            unicorn.Map(region.Address, (nuint)region.Size, PagePermissions.All, region.Pointer);
        }

        Pages = new PageTracker(pages);
        _self = GCHandle.Alloc(this);
        _state = (CounterState*)NativeMemory.AllocZeroed((nuint)sizeof(CounterState));
        _state->Table = (BlockEntry*)NativeMemory.AllocZeroed(CounterCode.TableLength, (nuint)sizeof(BlockEntry));
        _state->EpochHigh = (ulong)_epoch << 32;
        _state->Owner = GCHandle.ToIntPtr(_self);
        delegate* unmanaged<nint, ulong, uint, CounterState*, void> slowPath = &EnterBlock;
        _state->SlowPath = (nint)slowPath;
        if (ExecutableMemory.IsSupported)
        {
            _code = new ExecutableMemory(CounterCode.Emit());
        }

        delegate* unmanaged<nint, uint, CounterState*, void> interrupt = &Interrupt;
        delegate* unmanaged<nint, ulong, int, TlbEntry*, CounterState*, byte> fill = &FillTlb;
        unicorn.AddHook(UnicornHook.Block, (void*)(_code?.Address ?? _state->SlowPath), _state);
        unicorn.AddHook(UnicornHook.Interrupt, interrupt, _state);
        unicorn.AddHook(UnicornHook.TlbFill, fill, _state);
    }

    /// <summary>Instructions executed since power-on. Exact whenever <see cref="RunTo"/> is not running.</summary>
    public ulong Position
    {
        get => _state->Position;
        set => _state->Position = value;
    }

    /// <summary>Pages touched in this interval.</summary>
    public PageTracker Pages { get; }

    /// <summary>Blocks first run in this interval, in that order.</summary>
    public IReadOnlyList<(ulong Address, uint Size)> ExecutedBlocks => _executedBlocks;

    /// <summary>Position of the latest breakpoint that the last run in <see cref="HitMode.Note"/> passed, if any.</summary>
    public ulong? LastHit { get; private set; }

    /// <summary>Sets a breakpoint on an instruction's address; twice is once.</summary>
    public void AddBreakpoint(ulong address)
    {
        if (!_breakpoints.Add(address))
        {
            return;
        }

        foreach (ref var entry in new Span<BlockEntry>(_state->Table, CounterCode.TableLength))
        {
            if (address - entry.Address < entry.Size)
            {
                entry.SizeAndEpoch = entry.Size;
            }
        }
    }

    /// <summary>Removes a breakpoint; false when there is none.</summary>
    public bool RemoveBreakpoint(ulong address) => _breakpoints.Remove(address);

    /// <summary>Starts a new interval: empty page and block sets.</summary>
    public void BeginInterval()
    {
        Pages.Begin();
        _executedBlocks.Clear();
        _unicorn.FlushTlb();
        if (++_epoch == 0)
        {
            // The epoch came round: an entry from its first use would pass for a new one.
            new Span<BlockEntry>(_state->Table, CounterCode.TableLength).Clear();
            _epoch = 1;
        }

        _state->EpochHigh = (ulong)_epoch << 32;
    }

    /// <summary>Runs until the position is <paramref name="limit"/> or the guest needs somebody else.</summary>
    /// <param name="limit">Position to stop at; one that is already reached runs nothing.</param>
    /// <param name="hitMode">What to do at breakpoints. Hits are those at positions below the limit.</param>
    public EngineExit RunTo(ulong limit, HitMode hitMode = HitMode.Stop)
    {
        _state->Limit = limit;
        _hitMode = hitMode;
        _startPosition = Position;
        _stopAtBreakpoint = null;
        LastHit = null;
        var until = NeverReached;
        while (true)
        {
            if (Position == _stopAtBreakpoint)
            {
                return new EngineExit(ExitKind.Breakpoint);
            }

            if (Position >= limit)
            {
                return new EngineExit(ExitKind.LimitReached);
            }

            _remainder = null;
            _exception = null;
            _miss = null;
            _state->Current = null;
            var start = _unicorn.ReadRegister(_decoder.ProgramCounter);
            var error = _unicorn.Start(start | _decoder.AddressFlag, until);
            until = NeverReached;
            if (_remainder is { } block)
            {
                if (block.Count > 0)
                {
                    until = AddressAfter(block.Address, block.Count);
                    _unicorn.RemoveTranslations(block.Address, block.Address + block.Size);
                }

                continue;
            }

            if (Leave(error) is { } exit)
            {
                return exit;
            }
        }
    }

    public void Dispose()
    {
        if (_state is null)
        {
            return;
        }

        _unicorn.Dispose();
        _code?.Dispose();
        NativeMemory.Free(_state->Table);
        NativeMemory.Free(_state);
        _state = null;
        _self.Free();
    }

    /// <summary>After a run that no limit ended: puts the position right and says what happened.</summary>
    private EngineExit? Leave(UnicornError error)
    {
        var block = _state->Current;
        var pc = _unicorn.ReadRegister(_decoder.ProgramCounter);
        var atEnd = block is not null && pc == block->Address + block->Size;
        var early = _exception is not null || error != UnicornError.Ok;
        if (early && block is not null && !atEnd && pc - block->Address < block->Size)
        {
            // The instruction at the PC ran (and failed), those behind it did not.
            var executed = CountInstructions(block->Address, (uint)(pc - block->Address)) + 1;
            var start = _state->Position - block->Count;
            _state->Position = start + executed;
            if (LastHit >= Position)
            {
                // Noted when the block was entered, but the run never got there.
                LastHit = LastBreakpointIn(block->Address, pc + 1, start) ?? _hitBeforeBlock;
            }
        }
        else if (early && !atEnd)
        {
            // Nothing of a block ran: the fetch itself failed. It counts as one, else two states share a position.
            _state->Position++;
        }

        if (_exception is { } number)
        {
            return new EngineExit(ExitKind.GuestException, Number: number);
        }

        if (_miss is { } miss && error != UnicornError.Ok)
        {
            return new EngineExit(ExitKind.MemoryFault, miss.Page, miss.Access);
        }

        return error switch
        {
            UnicornError.Ok when atEnd && block->EndsInHalt != 0 => new EngineExit(ExitKind.Halted),
            UnicornError.Ok => null,

            // WFE and YIELD come back as invalid, but with the PC behind them: they end their block and did run.
            UnicornError.InvalidInstruction when atEnd => null,
            UnicornError.InvalidInstruction => new EngineExit(ExitKind.InvalidInstruction),
            _ => throw new UnicornException("uc_emu_start", error),
        };
    }

    private ulong AddressAfter(ulong address, ulong count)
    {
        for (; count > 0; count--)
        {
            address += (uint)_decoder.Length(Code(address));
        }

        return address;
    }

    private ulong CountInstructions(ulong address, uint size)
    {
        var count = 0ul;
        for (var end = address + size; address < end; count++)
        {
            address += (uint)_decoder.Length(Code(address));
        }

        return count;
    }

    private ReadOnlySpan<byte> Code(ulong address)
    {
        foreach (var region in _regions)
        {
            if (region.Contains(address))
            {
                return region.Bytes[(int)(address - region.Address)..];
            }
        }

        return [];
    }

    [UnmanagedCallersOnly]
    private static void EnterBlock(nint unicorn, ulong address, uint size, CounterState* state) =>
        Self(state).OnBlock(address, size);

    private void OnBlock(ulong address, uint size)
    {
        var entry = _state->Table + CounterCode.Slot(address, size);
        if (entry->Address != address || entry->Size != size || entry->Count == 0)
        {
            entry->Address = address;
            entry->SizeAndEpoch = size;
            entry->Count = CountInstructions(address, size);
            entry->EndsInHalt = EndsInHalt(address, size) ? 1u : 0;
            entry->NotedEpoch = 0;
        }

        var covers = CoversBreakpoint(address, size);
        if (covers && _hitMode == HitMode.Stop && FirstStopIn(address, size) is { } stop && stop < _state->Limit)
        {
            _stopAtBreakpoint = stop;
            _state->Limit = stop;
        }

        if (_state->Position + entry->Count > _state->Limit)
        {
            _remainder = (address, size, _state->Limit - _state->Position);
            _unicorn.Stop();
            return;
        }

        if (entry->NotedEpoch != _epoch)
        {
            entry->NotedEpoch = _epoch;
            _executedBlocks.Add((address, size));
        }

        entry->SizeAndEpoch = covers ? size : size | _state->EpochHigh;
        if (covers && _hitMode == HitMode.Note)
        {
            _hitBeforeBlock = LastHit;
            LastHit = LastBreakpointIn(address, address + size, _state->Position) ?? LastHit;
        }

        _state->Position += entry->Count;
        _state->Current = entry;
    }

    private bool CoversBreakpoint(ulong address, uint size) =>
        _breakpoints.Count > 0 && _breakpoints.GetViewBetween(address, address + size - 1).Count > 0;

    /// <summary>Position of the first breakpoint that the block will reach, not counting where the run began.</summary>
    private ulong? FirstStopIn(ulong address, uint size)
    {
        var position = _state->Position;
        for (var end = address + size; address < end; position++)
        {
            if (_breakpoints.Contains(address) && position != _startPosition)
            {
                return position;
            }

            address += (uint)_decoder.Length(Code(address));
        }

        return null;
    }

    private ulong? LastBreakpointIn(ulong address, ulong end, ulong position)
    {
        ulong? last = null;
        for (; address < end; position++)
        {
            if (_breakpoints.Contains(address))
            {
                last = position;
            }

            address += (uint)_decoder.Length(Code(address));
        }

        return last;
    }

    private bool EndsInHalt(ulong address, uint size)
    {
        var end = address + size;
        while (address < end)
        {
            var code = Code(address);
            var length = (uint)_decoder.Length(code);
            if (address + length >= end)
            {
                return code.Length >= length && _decoder.IsHalt(code[..(int)length]);
            }

            address += length;
        }

        return false;
    }

    [UnmanagedCallersOnly]
    private static void Interrupt(nint unicorn, uint number, CounterState* state)
    {
        var self = Self(state);
        self._exception = number;
        self._unicorn.Stop();
    }

    [UnmanagedCallersOnly]
    private static byte FillTlb(nint unicorn, ulong page, int access, TlbEntry* entry, CounterState* state)
    {
        var self = Self(state);
        for (var i = 0; i < self._regions.Length; i++)
        {
            var region = self._regions[i];
            if (region.Contains(page))
            {
                var number = self._firstPage[i] + (int)(page - region.Address) / self._pageSize;
                entry->PhysicalAddress = page;
                entry->Permissions = self.Pages.Grant(number, (MemoryAccess)access);
                return 1;
            }
        }

        self._miss = (page, (MemoryAccess)access);
        return 0;
    }

    // SAFETY: Owner is the handle of the engine that owns the state, alive from its constructor to Dispose, and hooks
    // run only inside RunTo of that engine.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ExecutionEngine Self(CounterState* state) =>
        (ExecutionEngine)GCHandle.FromIntPtr(state->Owner).Target!;
}
