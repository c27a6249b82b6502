using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>R XX</c>: begins anew; no reply.</summary>
internal sealed class Restart : PacketHandler
{
    public override string Name => "R";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (context.Target is not IRestartTarget target)
        {
            return context.Unknown();
        }

        target.Restart();
        return Answer.Silent;
    }
}
