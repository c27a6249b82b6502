using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <content>Why a run of Unicorn's that no limit ended is over.</content>
public sealed unsafe partial class ExecutionEngine
{
    /// <summary>After a run that no limit ended: puts the position right and says what happened.</summary>
    private EngineExit? Leave(UnicornError error)
    {
        var block = _state->Current;
        var pc = _decoder.ReadProgramCounter(_unicorn);
        var atEnd = block is not null && pc == block->Address + block->Size;
        var early = _exception is not null || error != UnicornError.Ok;
        if (early && block is not null && !atEnd && pc - block->Address < block->Size)
        {
            // The instruction at the PC ran (and failed), those behind it did not.
            _state->Position = PositionOf(pc) + (_exception is not null && _decoder.IsBehindException ? 0 : 1u);
            ForgetBreakpointsFrom(Position);
        }
        else if (_exception is null && early && (!atEnd || _missedFetch is not null))
        {
            // Nothing of a block ran: the fetch itself failed. It counts as one, else two states share a position.
            _state->Position++;
        }

        if (_exception is { } number)
        {
            return new EngineExit(ExitKind.GuestException, Number: number);
        }

        if (_missedFetch is { } page && error != UnicornError.Ok)
        {
            return new EngineExit(ExitKind.MemoryFault, page, MemoryAccess.Fetch);
        }

        return error switch
        {
            UnicornError.Ok when atEnd && block->Ending == InstructionEffect.Halt => new EngineExit(ExitKind.Halted),
            UnicornError.Ok => null,

            // WFE and YIELD come back as invalid, but with the PC behind them: they end their block and did run.
            UnicornError.InvalidInstruction when atEnd && block->Ending == InstructionEffect.WaitForEvent =>
                new EngineExit(ExitKind.WaitsForEvent),
            UnicornError.InvalidInstruction when atEnd => null,
            UnicornError.InvalidInstruction => new EngineExit(ExitKind.InvalidInstruction),
            _ => throw new UnicornException("uc_emu_start", error),
        };
    }

    private EngineExit? EndOfAbandoned() => (_trap, _watchStop, _fault) switch
    {
        _ when _portDenied => new EngineExit(ExitKind.PortDenied),
        _ when _emulates => new EngineExit(ExitKind.Emulated),
        ({ } trap, _, _) => new EngineExit(ExitKind.GuestException, Number: trap),
        (_, { } watch, _) => new EngineExit(ExitKind.Watchpoint, Watch: watch),
        (_, _, { } fault) => new EngineExit(ExitKind.MemoryFault, fault.Address, fault.Access),
        _ => null,
    };
}
