using System.Net;

namespace Reprise.Gdb.Server;

/// <summary>stdin and stdout of this process, for gdb's <c>target remote | command</c>.</summary>
public sealed class StandardStreamsEndPoint : EndPoint
{
    public override string ToString() => "stdio";
}
