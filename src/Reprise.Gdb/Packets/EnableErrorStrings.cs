using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>QEnableErrorStrings</c> (LLDB): errors carry their reason, in hexadecimal behind the number.</summary>
internal sealed class EnableErrorStrings : PacketHandler
{
    public override string Name => "QEnableErrorStrings";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        context.ErrorStrings = true;
        return context.Ok();
    }
}
