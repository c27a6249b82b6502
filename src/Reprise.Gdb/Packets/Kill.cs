using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>k</c>: ends the guest; no reply. A peer that may restart it keeps the connection.</summary>
internal sealed class Kill : PacketHandler
{
    public override string Name => "k";

    public override Answer Handle(PacketArguments arguments, SessionContext context) =>
        KillGuest.From(context) ? Answer.EndSilently : Answer.Silent;
}
