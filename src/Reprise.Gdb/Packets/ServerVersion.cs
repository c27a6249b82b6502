using System.Reflection;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qGDBServerVersion</c> (LLDB).</summary>
internal sealed class ServerVersion : PacketHandler
{
    private static readonly string _version = typeof(ServerVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public override string Name => "qGDBServerVersion";

    public override Answer Handle(PacketArguments arguments, SessionContext context) =>
        context.Send($"name:reprise;version:{_version};");
}
