using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Sessions;

/// <summary>Answers the packets of one name. Has no state: that is in the <see cref="SessionContext"/>.</summary>
internal abstract class PacketHandler
{
    /// <summary>The name as <see cref="PacketTable"/> cuts it: <c>qXfer</c>, <c>vCont?</c>, <c>m</c>.</summary>
    public abstract string Name { get; }

    /// <param name="arguments">What follows the name, delimiter included.</param>
    /// <param name="context">The session; the reply is written there.</param>
    public abstract Answer Handle(PacketArguments arguments, SessionContext context);
}
