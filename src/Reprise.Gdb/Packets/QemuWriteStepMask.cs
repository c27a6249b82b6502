using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>Qqemu.sstep=mask</c> or <c>:mask</c>.</summary>
internal sealed class QemuWriteStepMask : PacketHandler
{
    public override string Name => "Qqemu.sstep";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        var separated = arguments.TryTake("="u8) || arguments.TryTake(":"u8);
        arguments.TryTake("0x"u8);
        var target = context.Target as IStepMaskTarget;
        var supported = (uint)(target?.SupportedStepMask ?? StepBits.Enable);
        if (!separated || !arguments.TryTakeNumber(out var mask) || !arguments.AtEnd || (mask & ~(ulong)supported) != 0)
        {
            return context.Error(Errors.BadPacket);
        }

        if (target is not null)
        {
            target.StepMask = (int)mask;
        }

        return context.Ok();
    }
}
