using Reprise.Gdb.Sessions;

namespace Reprise.Gdb.Transfers;

/// <summary><c>features</c>: the target description, <c>target.xml</c> and what it includes.</summary>
internal sealed class FeaturesSource : TransferSource
{
    public override string Name => "features";

    public override bool IsServed(SessionContext context) => true;

    public override ReadOnlyMemory<byte>? Read(string annex, SessionContext context) =>
        context.Target.Description.TryGetAnnex(annex, out var content) ? (ReadOnlyMemory<byte>?)content : null;
}
