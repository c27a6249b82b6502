using System.Globalization;
using System.Text;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Transfers;

/// <summary>
/// <c>memory-map</c>: what is where. Devices are listed as RAM, which is what gdb has for them: with a map it refuses
/// every address that is not in it. In flash gdb sets hardware breakpoints, and loads with <c>vFlashWrite</c>.
/// </summary>
internal sealed class MemoryMapSource : TransferSource
{
    public override string Name => "memory-map";

    public override bool IsServed(SessionContext context) => context.Target is IMemoryMapTarget;

    public override ReadOnlyMemory<byte>? Read(string annex, SessionContext context)
    {
        if (annex.Length > 0 || context.Target is not IMemoryMapTarget target)
        {
            return null;
        }

        var xml = new StringBuilder("<?xml version=\"1.0\"?>\n<!DOCTYPE memory-map PUBLIC ");
        xml.Append("\"+//IDN gnu.org//DTD GDB Memory Map V1.0//EN\" ");
        xml.Append("\"http://sourceware.org/gdb/gdb-memory-map.dtd\">\n<memory-map>\n");
        foreach (var area in target.MemoryAreas)
        {
            var isFlash = area.Kind == MemoryAreaKind.Flash;
            var end = isFlash
                ? $"><property name=\"blocksize\">0x{MemoryArea.FlashBlockSize:x}</property></memory>"
                : "/>";
            xml.Append(
                CultureInfo.InvariantCulture,
                $"  <memory type=\"{(isFlash ? "flash" : "ram")}\" start=\"0x{area.Address:x}\" ")
                .Append(CultureInfo.InvariantCulture, $"length=\"0x{area.Length:x}\"{end}\n");
        }

        return Encoding.UTF8.GetBytes(xml.Append("</memory-map>\n").ToString());
    }
}
