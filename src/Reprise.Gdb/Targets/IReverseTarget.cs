namespace Reprise.Gdb.Targets;

/// <summary>
/// A target whose <see cref="IDebugTarget.Resume"/> takes <see cref="ResumeKind.ReverseStep"/> (exactly one instruction
/// back) and <see cref="ResumeKind.ReverseContinue"/> (at least one). At the beginning of history both answer
/// <see cref="DebugStop.ReplayLogBegin"/>.
/// </summary>
/// <remarks>
/// On ARM gdb takes a watchpoint's stop as coming before the access, and steps over it itself in the direction it goes.
/// So a reverse continue stops just behind the accessing instruction, before undoing it, and does not move at all when
/// that instruction is the one just before the current position. gdb then steps back once, and shows the access.
/// </remarks>
public interface IReverseTarget;
