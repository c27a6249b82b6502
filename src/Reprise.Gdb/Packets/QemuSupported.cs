using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qqemu.Supported</c>: QEMU's own packets that are served.</summary>
internal sealed class QemuSupported : PacketHandler
{
    public override string Name => "qqemu.Supported";

    public override Answer Handle(PacketArguments arguments, SessionContext context) =>
        context.Send("sstepbits;sstep;PhyMemMode");
}
