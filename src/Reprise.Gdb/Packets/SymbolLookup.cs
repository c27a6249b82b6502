using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qSymbol::</c>: offered symbols; none is needed.</summary>
internal sealed class SymbolLookup : PacketHandler
{
    public override string Name => "qSymbol";

    public override Answer Handle(PacketArguments arguments, SessionContext context) => context.Ok();
}
