using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>bs</c>: one instruction back.</summary>
internal sealed class ReverseStep : PacketHandler
{
    public override string Name => "bs";

    public override Answer Handle(PacketArguments arguments, SessionContext context) =>
        context.Target is IReverseTarget ? context.Resume(ResumeAction.ReverseStep) : context.Unknown();
}
