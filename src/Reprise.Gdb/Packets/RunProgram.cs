using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>vRun;file;arguments</c>: begins anew. There is one firmware, so what is named does not matter.</summary>
internal sealed class RunProgram : PacketHandler
{
    public override string Name => "vRun";

    public override Answer Handle(PacketArguments arguments, SessionContext context) =>
        context.Target is IRestartTarget target ? context.Stopped(target.Restart()) : context.Unknown();
}
