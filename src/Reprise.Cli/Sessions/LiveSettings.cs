using Reprise.Cli.Input;
using Reprise.Emulation.Boards;

namespace Reprise.Cli.Sessions;

/// <summary>What a live run is made of.</summary>
/// <param name="FirmwarePath">The firmware file.</param>
/// <param name="Board">Where it runs.</param>
/// <param name="LoadAddress">Where a raw file goes.</param>
/// <param name="Options">How the board is set up.</param>
/// <param name="SemihostingRoot">The folder that semihosting may see; null for none.</param>
/// <param name="DebuggerFiles">Semihosting's files are the debugger's instead.</param>
/// <param name="Script">Planned input; null for none.</param>
/// <param name="RecordPath">The recording file; null keeps the run in memory only.</param>
/// <param name="Overwrite">Whether a recording file that is there may be replaced.</param>
/// <param name="IntervalLength">Instructions in an interval.</param>
/// <param name="SnapshotBudget">Bytes that snapshots may take.</param>
/// <param name="NamedAccesses">Accesses to registers of an SVD file that stderr names.</param>
/// <param name="IsPaced">Virtual time waits for the host's while the guest sleeps.</param>
internal sealed record LiveSettings(
    string FirmwarePath,
    Board Board,
    ulong? LoadAddress,
    BoardOptions Options,
    string? SemihostingRoot,
    bool DebuggerFiles,
    InputScript? Script,
    string? RecordPath,
    bool Overwrite,
    ulong IntervalLength,
    long SnapshotBudget,
    ulong NamedAccesses = RegisterLog.DefaultShown,
    bool IsPaced = false);
