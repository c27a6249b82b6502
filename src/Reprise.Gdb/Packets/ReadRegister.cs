using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>p number</c>: one register; <c>xx</c> when it has no value.</summary>
internal sealed class ReadRegister : PacketHandler
{
    public override string Name => "p";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!ThreadSuffix.TryCut(ref arguments) || !arguments.TryTakeNumber(out var number) || !arguments.AtEnd
            || context.Target.Description.Find(number) is not { } register)
        {
            return context.Error(Errors.BadPacket);
        }

        Span<byte> value = stackalloc byte[register.Size];
        if (context.Target.TryReadRegister(register.Number, value))
        {
            context.Reply.Hex(value);
            return Answer.Reply;
        }

        return context.Send(new string('x', 2 * register.Size));
    }
}
