using Reprise.Gdb.Descriptions;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>g</c>: the general registers; <c>xx</c> where one has no value.</summary>
internal sealed class ReadGeneralRegisters : PacketHandler
{
    public override string Name => "g";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!ThreadSuffix.TryCut(ref arguments) || !arguments.AtEnd)
        {
            return context.Error(Errors.BadPacket);
        }

        Span<byte> buffer = stackalloc byte[TargetRegister.LargestSize];
        foreach (var register in context.Target.Description.General)
        {
            var value = buffer[..register.Size];
            if (context.Target.TryReadRegister(register.Number, value))
            {
                context.Reply.Hex(value);
            }
            else
            {
                context.Reply.Text(new string('x', 2 * register.Size));
            }
        }

        return Answer.Reply;
    }
}
