using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <summary>
/// Runs guest code to an exact position (laws 1 and 2), fast.
/// A block hook adds each block's instruction count when the block is entered, so <c>Position</c> is ahead inside a
/// block and exact between blocks. A block that would pass the limit is not entered: one of as many
/// instructions as are left runs in its place (<see cref="CpuInternals"/>), or, where that is not to be had, its translation
/// is dropped and the rest runs with <c>until</c> = the address of the n-th instruction. Both stop inside an IT block too.
/// When a block is left early (fault, exception), the PC says how many of its instructions ran and the count is put right.
/// Address translation is ours (virtual TLB), see the other half of this class: pages come from the
/// <see cref="MemoryMap"/>, and every first access of an interval passes through the <see cref="PageTracker"/>.
/// </summary>
public sealed unsafe partial class ExecutionEngine : IDisposable
{
    private readonly UnicornEngine _unicorn;
    private readonly IInstructionDecoder _decoder;
    private readonly MemoryMap _memory;
    private readonly IDeviceBus _bus;
    private readonly IMemoryProtection? _protection;
    private readonly IInstructionTraps? _traps;
    private readonly IAddressTranslation? _translation;
    private readonly IGuestWatch? _guestWatch;
    private readonly GuestCode _guestCode;
    private readonly ExecutableMemory? _code;
    private readonly TranslatedCode? _translated;
    private readonly TranslationTuner? _tuner;
    private readonly AlignmentPatch? _alignment;
    private readonly CpuInternals _cpu;
    private readonly TlbTables _tlb;
    private readonly GCHandle _self;
    private readonly BlockTable _blocks;
    private CounterState* _state;
    private readonly UnicornContext _context;
    private ulong _limit;
    private HitMode _hitMode;
    private ulong _startPosition;
    private ulong? _stopAtBreakpoint;
    private ulong? _lastBreakpoint;
    private uint? _exception;
    private ulong? _missedFetch;
    private bool _isRefused;
    private bool _lookedUp;

    /// <param name="unicorn">An engine with a virtual TLB; owned from here on.</param>
    /// <param name="decoder">Its instruction set.</param>
    /// <param name="memory">Stays the caller's and must outlive the engine.</param>
    /// <param name="bus">What answers outside of memory.</param>
    /// <param name="protection">What may deny an access; null when nothing does.</param>
    /// <param name="traps">Faults that the emulator does not find itself; null when there are none.</param>
    /// <param name="translation">Where addresses are in memory; null when they are physical.</param>
    /// <param name="guestWatch">Accesses that the guest watches for; null when it can't.</param>
    public ExecutionEngine(
        UnicornEngine unicorn,
        IInstructionDecoder decoder,
        MemoryMap memory,
        IDeviceBus bus,
        IMemoryProtection? protection = null,
        IInstructionTraps? traps = null,
        IAddressTranslation? translation = null,
        IGuestWatch? guestWatch = null)
    {
        _unicorn = unicorn;
        _context = unicorn.CreateContext();
        _decoder = decoder;
        _memory = memory;
        _bus = bus;
        _protection = protection;
        _traps = traps;
        _noteOverwritten = _log.AddOverwritten;
        _translation = translation;
        _guestWatch = guestWatch;
        _writableSince = new ulong[translation is null ? 0 : memory.PageCount];
        _guestCode = new GuestCode(memory, translation);
        _codeMap = translation is null ? new CodeMap(memory.PageSize) : null;
        foreach (var region in memory.Regions)
        {
            unicorn.Map(region.Address, (nuint)region.Size, PagePermissions.All, region.Pointer);
        }

        memory.PageWritten = OnPageWritten;
        memory.PageWriting = OnPageWriting;
        _self = GCHandle.Alloc(this);
        _state = (CounterState*)NativeMemory.AllocZeroed((nuint)sizeof(CounterState));
        _state->Owner = GCHandle.ToIntPtr(_self);
        _state->Kept = (KeptPage*)NativeMemory.AllocZeroed(MostKeptPages, (nuint)sizeof(KeptPage));
        _cpu = new CpuInternals(unicorn);
        _giveUp = GiveUp;
        _wayOut = (nint*)NativeMemory.Alloc(2, (nuint)sizeof(nint));
        (_wayOut[0], _wayOut[1]) = (_cpu.Address, _cpu.Leave);
        _tlb = new TlbTables(_state, memory.PageSize);
        _blocks = new BlockTable(_state, decoder, _guestCode);
        _origins = new AccessOrigins(unicorn, _cpu, decoder, _guestCode, _blocks);
        delegate* unmanaged<nint, ulong, uint, CounterState*, void> slowPath = &EnterBlock;
        _state->SlowPath = (nint)slowPath;
        if (ExecutableMemory.IsSupported)
        {
            _code = new ExecutableMemory((nuint)Environment.SystemPageSize);
            _code.Append(CounterCode.Emit());
            _translated = new TranslatedCode(_tlb, _cpu.Translator);
            _tuner = new TranslationTuner(_state, _tlb, _translated);
            _fills = translation is null ? null : new FillCache(_state, translation);
            _alignment = new AlignmentPatch(unicorn, _cpu, _translated, decoder, _guestCode);
        }

        delegate* unmanaged<nint, uint, CounterState*, void> interrupt = &Interrupt;
        unicorn.AddHook(UnicornHook.Block, (void*)(_code?.Address ?? _state->SlowPath), _state);
        unicorn.AddHook(UnicornHook.Interrupt, interrupt, _state);
        MapAccesses();
        if (decoder.HasPorts)
        {
            HookPorts();
        }
    }

    /// <summary>Instructions executed since power-on. Exact whenever <see cref="RunTo"/> is not running.</summary>
    public ulong Position
    {
        get => _state->Position;
        set
        {
            _state->Position = value;
            _log.Clear();
        }
    }

    /// <summary>Pages touched in this interval.</summary>
    public PageTracker Pages => _memory.Pages;

    /// <summary>Blocks first run in this interval, in that order.</summary>
    public IReadOnlyList<(ulong Address, uint Size)> ExecutedBlocks => _executedBlocks;

    /// <summary>
    /// Translated code is made faster in place where it is as expected (<see cref="TranslationTuner"/>). False leaves
    /// it alone; what was changed stays so. Nothing but speed depends on it.
    /// </summary>
    public bool TunesTranslations { get; set; } = true;

    /// <summary>Entries of Unicorn's TLB, used or not; 0 when that is not known.</summary>
    internal int TlbEntries => _tlb.Entries;

    /// <summary>Translated blocks that were made faster.</summary>
    public int TunedBlocks => _tuner?.TunedBlocks ?? 0;

    /// <summary>Starts a new interval: empty page and block sets.</summary>
    public void BeginInterval()
    {
        Pages.Begin();
        Effort = 0;
        _executed.Clear();
        _executedBlocks.Clear();
        FlushTlb();
        _blocks.RaiseEpoch();
    }

    /// <summary>Runs until the position is <paramref name="limit"/> or the guest needs somebody else.</summary>
    /// <param name="limit">Position to stop at; one that is already reached runs nothing.</param>
    /// <param name="hitMode">
    /// What to do at breakpoints and watchpoints. Hits are those at positions below the limit; to stop, behind the first.
    /// </param>
    /// <param name="resumedAt">
    /// Where the caller's run began, at whose position nothing stops; null for here. It may take several of these runs.
    /// </param>
    public EngineExit RunTo(ulong limit, HitMode hitMode = HitMode.Stop, ulong? resumedAt = null)
    {
        var exit = RunOn(limit, hitMode, resumedAt);
        EndRunAlone();
        return exit;
    }

    private EngineExit RunOn(ulong limit, HitMode hitMode, ulong? resumedAt)
    {
        _limit = limit;
        _state->Limit = limit;
        _runsAlone = null;
        _alone = null;
        ChangeHitMode(hitMode);
        _startPosition = resumedAt ?? Position;
        _stopAtBreakpoint = null;
        _lastBreakpoint = null;
        LastWatch = null;
        WatchedBlocks = default;
        BeginConditions(limit);
        FollowProtection();
        FollowTraps();
        FollowGuestWatch();
        var until = _decoder.NeverReached;
        var begin = Position;
        while (true)
        {
            EndRunAlone();
            if (Position == _stopAtBreakpoint && EndsHere())
            {
                return new EngineExit(ExitKind.Breakpoint);
            }

            if (_alone < Position || _pastTrap < Position || _stopBeforeTrap == Position)
            {
                _alone = null;
                _pastTrap = null;
                ForgetUnasked();
                _state->Limit = _stopAtBreakpoint is { } stop ? Math.Min(_limit, stop) : _limit;
            }

            if (Position >= _state->Limit || (IsExhausted && Position > begin && !IsMidway))
            {
                return new EngineExit(ExitKind.LimitReached);
            }

            if (_stopBeforeTrap == Position && EnterLoneTrap() is { } trapped)
            {
                return trapped;
            }

            _remainder = null;
            _exception = null;
            _missedFetch = null;
            _deniedFetch = null;
            _crossing = null;
            _portDenied = false;
            _emulates = false;
            _abandonedAt = null;
            _aloneWanted = null;
            _trap = null;
            _watchStop = null;
            _fault = null;
            _state->Current = null;
            DropStaleCode();
            Rewind();
            if (_state->Limit - Position == 1)
            {
                TryLimitNextBlock(1);
            }
            else if (_limitsNextBlock != 0 && !TryLimitNextBlock(Math.Min(_limitsNextBlock, _state->Limit - Position)))
            {
                throw Untranslatable();
            }

            _limitsNextBlock = 0;

            var start = _decoder.ReadProgramCounter(_unicorn);
            if (!_decoder.CanExecute(_unicorn) && !_guestCode.At(start).IsEmpty)
            {
                _state->Position++;
                return new EngineExit(ExitKind.InvalidInstruction);
            }

            Effort += OfRun;
            var error = Start(_decoder.StartAddress(_unicorn, start), until);
            until = _decoder.NeverReached;
            if (_lookedUp)
            {
                _lookedUp = false;
                if (!_cpu.TryFlushPage(PageOf(_decoder.NeverReached)))
                {
                    FlushTlb();
                }
            }

            RestoreLostBase();
            if (_completes)
            {
                _completes = false;
                Completed?.Invoke();
                FollowTraps();
            }

            _cpu.ForgetBlockLimit();
            _limitedAt = null;
            if (_hasGivenUp)
            {
                _hasGivenUp = false;
                if (IsAtUntranslatable())
                {
                    NoteBreakpointHere();
                    _state->Position++;
                    return new EngineExit(ExitKind.InvalidInstruction);
                }

                continue;
            }

            if (_isRefused)
            {
                _isRefused = false;
                FollowTraps();
                continue;
            }

            if (_untrapped is { } untrapped)
            {
                AddTrapHooks(untrapped);
                continue;
            }

            if (_deafTo is { } deafTo)
            {
                AddInstructionHooks(deafTo);
                continue;
            }

            if (_unasked is { } unasked)
            {
                AddConditionHooks(unasked);
                continue;
            }

            if (_deniedFetch is { } denied)
            {
                // It counts as one, as what can't be fetched does.
                _state->Position++;
                return new EngineExit(ExitKind.MemoryFault, denied, MemoryAccess.Fetch);
            }

            if (_crossing is { } edge)
            {
                _unicorn.RemoveTranslations(_decoder.ReadProgramCounter(_unicorn), edge);
                until = edge;
                continue;
            }

            if (_aloneWanted is { } alone)
            {
                ForgetBreakpointsFrom(alone);
                _state->Position = alone;
                _state->Limit = alone + 1;
                _alone = alone;
                _unicorn.Save(_context);
                continue;
            }

            if (_abandonedAt is { } position)
            {
                if (position == _alone || _portStop)
                {
                    _unicorn.Restore(_context);
                    _decoder.RepairAfterRestore();
                }

                _portStop = false;
                ForgetBreakpointsFrom(position);
                _state->Position = position;
                if (EndOfAbandoned() is { } end)
                {
                    if (end.Kind != ExitKind.Watchpoint)
                    {
                        // A faulting instruction counts, one before a watched access has not run.
                        NoteBreakpointHere();
                        _state->Position++;
                    }

                    return end;
                }

                continue;
            }

            if (_remainder is { } block)
            {
                if (block.Count > 0 && !TryLimitNextBlock(block.Count))
                {
                    until = _blocks.AddressAfter(block.Address, block.Count);
                    _unicorn.RemoveTranslations(block.Address, block.Address + block.Size);
                }

                continue;
            }

            if (error != UnicornError.Ok && _missedFetch is not null && Position >= _state->Limit)
            {
                // What follows the last instruction can't be fetched, which is for a later run to find.
                continue;
            }

            if (_exception is { } raised && (TryResolve(raised) || RunsUnasked(raised)))
            {
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

        _context.Dispose();
        _unicorn.Dispose();
        _code?.Dispose();
        _tuner?.Dispose();
        _alignment?.Dispose();
        _blocks.Dispose();
        _fills?.Dispose();
        NativeMemory.Free(_wayOut);
        NativeMemory.Free(_state->Kept);
        NativeMemory.Free(_state);
        _state = null;
        _self.Free();
    }

    /// <summary>Translations and TLB entries made for one mode are wrong for another only if there is what to hit.</summary>
    private void ChangeHitMode(HitMode hitMode)
    {
        if ((hitMode == HitMode.Ignore) != (_hitMode == HitMode.Ignore) && _breakpoints.Count > 0)
        {
            _blocks.RaiseEpoch();
        }

        if (hitMode != _hitMode && !_watchpoints.IsEmpty)
        {
            FlushTlb();
        }

        _hitMode = hitMode;
    }

    [UnmanagedCallersOnly]
    private static void Interrupt(nint unicorn, uint number, CounterState* state)
    {
        var self = Self(state);
        self._exception = number;
        self._unicorn.Stop();
    }

    // SAFETY: Owner is the handle of the engine that owns the state, alive from its constructor to Dispose, and hooks
    // run only inside RunTo of that engine.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ExecutionEngine Self(CounterState* state) =>
        (ExecutionEngine)GCHandle.FromIntPtr(state->Owner).Target!;
}
