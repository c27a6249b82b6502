using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qqemu.PhyMemMode</c>: whether addresses are physical.</summary>
internal sealed class QemuReadMemoryMode : PacketHandler
{
    public override string Name => "qqemu.PhyMemMode";

    public override Answer Handle(PacketArguments arguments, SessionContext context) =>
        context.Send(context.PhysicalMemory ? "1" : "0");
}
