using Reprise.Emulation.Execution;

namespace Reprise.Gdb.Monitor;

/// <summary>Goes to the next write of memory in history.</summary>
internal sealed class NextWriteCommand : AccessSearch
{
    public override string Name => "next-write";

    public override string Summary => "goes to the next write of memory in history";

    protected override WatchKinds Kinds => WatchKinds.Write;

    protected override bool Forward => true;
}
