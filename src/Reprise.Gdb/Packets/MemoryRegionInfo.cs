using System.Text;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary>
/// <c>qMemoryRegionInfo:address</c> (LLDB): the area that holds the address, or the gap, which has no permissions.
/// </summary>
internal sealed class MemoryRegionInfo : PacketHandler
{
    public override string Name => "qMemoryRegionInfo";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (context.Target is not IMemoryMapTarget target)
        {
            return context.Unknown();
        }

        if (arguments.AtEnd)
        {
            return context.Ok();
        }

        if (!arguments.TryTake(":"u8) || !arguments.TryTakeNumber(out var address) || !arguments.AtEnd)
        {
            return context.Error(Errors.BadPacket);
        }

        if (target.MemoryAreas.FirstOrDefault(area => address - area.Address < area.Length) is { } found)
        {
            var permissions = found.Kind switch
            {
                MemoryAreaKind.Ram => "rwx",
                MemoryAreaKind.Flash => "rx",
                _ => "rw",
            };
            context.Reply.Text("start:").Number(found.Address).Text(";size:").Number(found.Length);
            context.Reply.Text($";permissions:{permissions};name:").Hex(Encoding.UTF8.GetBytes(found.Name));
            if (found.Kind == MemoryAreaKind.Flash)
            {
                context.Reply.Text(";flash:1;blocksize:").Number(MemoryArea.FlashBlockSize);
            }

            return context.Send(";");
        }

        var start = target.MemoryAreas.TakeWhile(area => area.Address < address)
            .Select(area => area.Address + area.Length).LastOrDefault();
        var end = target.MemoryAreas.FirstOrDefault(area => area.Address > address)?.Address ?? 0;
        context.Reply.Text("start:").Number(start).Text(";size:").Number(Math.Max(end - start, 1));
        return context.Send(";");
    }
}
