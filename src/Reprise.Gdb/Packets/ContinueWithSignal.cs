using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>C signal[;address]</c>: firmware has no signals, so the number is dropped.</summary>
internal sealed class ContinueWithSignal : PacketHandler
{
    public override string Name => "C";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        var good = arguments.TryTakeNumber(out _)
            && (arguments.AtEnd || (arguments.TryTake(";"u8) && ResumeAddress.TryJump(ref arguments, context)));
        return good ? context.Resume(ResumeAction.Continue) : context.Error(Errors.BadPacket);
    }
}
