using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qqemu.sstepbits</c>: what a single step can hold back.</summary>
internal sealed class QemuStepBits : PacketHandler
{
    public override string Name => "qqemu.sstepbits";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        var mask = (context.Target as IStepMaskTarget)?.SupportedStepMask ?? StepBits.Enable;
        return context.Send(StepBits.Describe(mask));
    }
}
