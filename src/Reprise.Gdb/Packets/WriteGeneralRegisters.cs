using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>G</c>: all general registers at once. Stops at the first one the target refuses.</summary>
internal sealed class WriteGeneralRegisters : PacketHandler
{
    public override string Name => "G";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        var general = context.Target.Description.General;
        if (!ThreadSuffix.TryCut(ref arguments) || !Hex.TryBytes(arguments.Rest, out var bytes)
            || bytes.Length != general.Sum(register => register.Size))
        {
            return context.Error(Errors.BadPacket);
        }

        var offset = 0;
        var all = WriteResult.Done;
        foreach (var register in general)
        {
            var result = context.Target.WriteRegister(register.Number, bytes.AsSpan(offset, register.Size));
            if (!result.Succeeded)
            {
                return context.Result(result);
            }

            all = all.Note is null ? result : all;
            offset += register.Size;
        }

        return context.Result(all);
    }
}
