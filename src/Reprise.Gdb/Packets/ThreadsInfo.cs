using System.Globalization;
using System.Text;
using System.Text.Json;
using Reprise.Gdb.Descriptions;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>jThreadsInfo</c> (LLDB): where every thread stopped, why, and its first registers, as JSON.</summary>
internal sealed class ThreadsInfo : PacketHandler
{
    public override string Name => "jThreadsInfo";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        var stop = context.Target.LastStop;
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteNumber("tid", ThreadId.Only);
            json.WriteString("name", ThreadText.Describe(context.Target));
            json.WriteString("reason", StopReply.ReasonOf(stop));
            json.WriteNumber("signal", stop.Signal);
            json.WriteStartObject("registers");
            WriteRegisters(json, context);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        }

        return context.Send(Encoding.UTF8.GetString(text.ToArray()));
    }

    private static void WriteRegisters(Utf8JsonWriter json, SessionContext context)
    {
        Span<byte> buffer = stackalloc byte[TargetRegister.LargestSize];
        foreach (var register in context.Target.Description.Expedited)
        {
            var value = buffer[..register.Size];
            if (context.Target.TryReadRegister(register.Number, value))
            {
                json.WriteString(
                    register.Number.ToString(CultureInfo.InvariantCulture), Convert.ToHexStringLower(value));
            }
        }
    }
}
