using System.Text;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Transfers;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qSupported:feature;...</c>: what the peer can is noted, what we can follows from the target.</summary>
internal sealed class Supported : PacketHandler
{
    public override string Name => "qSupported";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        arguments.TryTake(":"u8);
        while (!arguments.AtEnd)
        {
            Note(arguments.TakeUntil((byte)';'), context);
        }

        return context.Send(Features(context));
    }

    private static void Note(ReadOnlySpan<byte> feature, SessionContext context)
    {
        context.Multiprocess |= feature.SequenceEqual("multiprocess+"u8);
        context.SoftwareBreakReason |= feature.SequenceEqual("swbreak+"u8);
        context.HardwareBreakReason |= feature.SequenceEqual("hwbreak+"u8);
        context.ErrorText |= feature.SequenceEqual("error-message+"u8);
    }

    private static string Features(SessionContext context)
    {
        var features = new StringBuilder("PacketSize=").Append(Hex.Number(SessionContext.PacketSize));
        foreach (var source in TransferTable.Served(context))
        {
            features.Append(";qXfer:").Append(source.Name).Append(":read+");
        }

        features.Append(context.Target is IReverseTarget ? ";ReverseStep+;ReverseContinue+" : "");
        features.Append(";vContSupported+;QStartNoAckMode+;binary-upload+");
        features.Append(context.Multiprocess ? ";multiprocess+" : "");
        features.Append(context.Breakpoints.Supported ? ";ConditionalBreakpoints+" : "");
        features.Append(context.SoftwareBreakReason && context.Breakpoints.Supported ? ";swbreak+" : "");
        features.Append(context.HardwareBreakReason && context.Breakpoints.Supported ? ";hwbreak+" : "");
        return features.ToString();
    }
}
