using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>QThreadSuffixSupported</c> (LLDB): register packets name their thread; <see cref="ThreadSuffix"/>.</summary>
internal sealed class ThreadSuffixSupported : PacketHandler
{
    public override string Name => "QThreadSuffixSupported";

    public override Answer Handle(PacketArguments arguments, SessionContext context) => context.Ok();
}
