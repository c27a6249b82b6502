using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>P number=value</c>, in target byte order.</summary>
internal sealed class WriteRegister : PacketHandler
{
    public override string Name => "P";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!ThreadSuffix.TryCut(ref arguments) || !arguments.TryTakeNumber(out var number) || !arguments.TryTake("="u8)
            || context.Target.Description.Find(number) is not { } register
            || !Hex.TryBytes(arguments.Rest, out var value) || value.Length != register.Size)
        {
            return context.Error(Errors.BadPacket);
        }

        return context.Result(context.Target.WriteRegister(register.Number, value));
    }
}
