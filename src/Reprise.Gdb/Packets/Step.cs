using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>s [address]</c>: from the PC, or from there.</summary>
internal sealed class Step : PacketHandler
{
    public override string Name => "s";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        return arguments.AtEnd || ResumeAddress.TryJump(ref arguments, context)
            ? context.Resume(ResumeAction.Step)
            : context.Error(Errors.BadPacket);
    }
}
