using Reprise.Emulation.Execution;

namespace Reprise.Gdb.Monitor;

/// <summary>Goes to the last read of memory before here.</summary>
internal sealed class LastReadCommand : AccessSearch
{
    public override string Name => "last-read";

    public override string Summary => "goes to the last read of memory before here";

    protected override WatchKinds Kinds => WatchKinds.Read;

    protected override bool Forward => false;
}
