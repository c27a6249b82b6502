using System.Buffers.Binary;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary>The address that c, s, C and S may carry.</summary>
internal static class ResumeAddress
{
    /// <summary>Takes an address to the packet's end and sets the PC to it. False if either fails.</summary>
    public static bool TryJump(ref PacketArguments arguments, SessionContext context)
    {
        var register = context.Target.Description.ProgramCounter;
        if (!arguments.TryTakeNumber(out var address) || !arguments.AtEnd
            || (register.Size < sizeof(ulong) && address >> register.BitSize != 0))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, address);
        return context.Target.WriteRegister(register.Number, bytes[..register.Size]).Succeeded;
    }
}
