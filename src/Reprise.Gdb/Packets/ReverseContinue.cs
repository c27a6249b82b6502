using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>bc</c>: back to the previous stop.</summary>
internal sealed class ReverseContinue : PacketHandler
{
    public override string Name => "bc";

    public override Answer Handle(PacketArguments arguments, SessionContext context) =>
        context.Target is IReverseTarget ? context.Resume(ResumeAction.ReverseContinue) : context.Unknown();
}
