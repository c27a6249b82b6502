using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>c [address]</c>: from the PC, or from there.</summary>
internal sealed class Continue : PacketHandler
{
    public override string Name => "c";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        return arguments.AtEnd || ResumeAddress.TryJump(ref arguments, context)
            ? context.Resume(ResumeAction.Continue)
            : context.Error(Errors.BadPacket);
    }
}
