using Reprise.Emulation.Execution;

namespace Reprise.Gdb.Monitor;

/// <summary>Goes to the last write of memory before here.</summary>
internal sealed class LastWriteCommand : AccessSearch
{
    public override string Name => "last-write";

    public override string Summary => "goes to the last write of memory before here";

    protected override WatchKinds Kinds => WatchKinds.Write;

    protected override bool Forward => false;
}
