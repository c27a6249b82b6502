using Reprise.Gdb.Sessions;

namespace Reprise.Gdb.Packets;

/// <summary>What the memory packets have in common.</summary>
internal static class MemoryRange
{
    /// <summary>A buffer for as much of the range as a reply holds and the address space has.</summary>
    public static byte[] Fitting(ulong address, ulong length, int limit) =>
        new byte[(int)Math.Min(Math.Min(length, (ulong)limit), ulong.MaxValue - address)];

    public static Answer Write(SessionContext context, ulong address, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return context.Ok();
        }

        return (ulong)bytes.Length - 1 > ulong.MaxValue - address
            ? context.Error(Errors.BadAddress)
            : context.Result(context.Target.WriteMemory(address, bytes));
    }
}
