using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qqemu.sstep</c>: what a single step holds back now.</summary>
internal sealed class QemuReadStepMask : PacketHandler
{
    public override string Name => "qqemu.sstep";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        var mask = (context.Target as IStepMaskTarget)?.StepMask ?? StepBits.Enable;
        return context.Send("0x" + Hex.Number((uint)mask));
    }
}
