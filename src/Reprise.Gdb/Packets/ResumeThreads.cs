using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>vCont;action[:thread]...</c>: the first action for our thread counts; all must be well formed.</summary>
internal sealed class ResumeThreads : PacketHandler
{
    public override string Name => "vCont";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        ResumeAction? chosen = null;
        while (arguments.TryTake(";"u8))
        {
            var known = true;
            if (!TryTakeAction(ref arguments, out var action)
                || (arguments.TryTake(":"u8) && !ThreadId.TryTake(ref arguments, out known)))
            {
                return context.Error(Errors.BadPacket);
            }

            chosen ??= known ? action : null;
        }

        return chosen is { } resume && arguments.AtEnd ? context.Resume(resume) : context.Error(Errors.BadPacket);
    }

    private static bool TryTakeAction(ref PacketArguments arguments, out ResumeAction action)
    {
        action = ResumeAction.Continue;
        if (arguments.TryTake("c"u8))
        {
            return true;
        }

        if (arguments.TryTake("C"u8))
        {
            return arguments.TryTakeNumber(out _);
        }

        action = ResumeAction.Step;
        if (arguments.TryTake("s"u8))
        {
            return true;
        }

        if (arguments.TryTake("S"u8))
        {
            return arguments.TryTakeNumber(out _);
        }

        if (!arguments.TryTake("r"u8) || !arguments.TryTakeRange(out var start, out var end))
        {
            return false;
        }

        action = start < end ? ResumeAction.StepRange(start, end) : ResumeAction.Step;
        return true;
    }
}
