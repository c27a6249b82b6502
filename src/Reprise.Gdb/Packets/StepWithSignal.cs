using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>S signal[;address]</c>: firmware has no signals, so the number is dropped.</summary>
internal sealed class StepWithSignal : PacketHandler
{
    public override string Name => "S";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        var good = arguments.TryTakeNumber(out _)
            && (arguments.AtEnd || (arguments.TryTake(";"u8) && ResumeAddress.TryJump(ref arguments, context)));
        return good ? context.Resume(ResumeAction.Step) : context.Error(Errors.BadPacket);
    }
}
