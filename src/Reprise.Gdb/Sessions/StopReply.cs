using System.Buffers.Binary;
using Reprise.Gdb.Descriptions;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Sessions;

/// <summary>Writes T and W packets, and F where the guest wants a call made.</summary>
internal static class StopReply
{
    public static void Write(DebugStop stop, SessionContext context)
    {
        if (stop.Kind == StopKind.FileCall && context.AwaitsFileReply)
        {
            context.Reply.Text("F").Text(stop.Call);
        }
        else if (!WriteExit(stop, context))
        {
            WriteState(stop, context);
            context.Reply.Text(Reason(stop, context));
        }
    }

    /// <summary>
    /// Without the reason: the answer to '?' tells where the guest stands. The end of history that an earlier client
    /// ran into is no event of this one.
    /// </summary>
    public static void WriteWithoutReason(DebugStop stop, SessionContext context)
    {
        if (!WriteExit(stop, context))
        {
            WriteState(stop, context);
        }
    }

    /// <summary>One word for the reason, as LLDB has them.</summary>
    public static string ReasonOf(DebugStop stop) => stop.Kind switch
    {
        StopKind.SoftwareBreakpoint or StopKind.HardwareBreakpoint => "breakpoint",
        StopKind.Watchpoint => "watchpoint",
        StopKind.Interrupted => "signal",
        _ when stop.Signal != DebugStop.Step.Signal => "signal",
        _ => "trace",
    };

    private static bool WriteExit(DebugStop stop, SessionContext context)
    {
        if (stop.Kind != StopKind.Exited)
        {
            return false;
        }

        context.Reply.Text("W").Hex((byte)stop.ExitCode).Text(context.Multiprocess ? ";process:1" : "");
        return true;
    }

    private static void WriteState(DebugStop stop, SessionContext context)
    {
        context.Reply.Text("T").Hex((byte)stop.Signal).Text("thread:").Text(context.Thread).Text(";");
        Span<byte> buffer = stackalloc byte[TargetRegister.LargestSize];
        foreach (var register in context.Target.Description.Expedited)
        {
            var value = buffer[..register.Size];
            if (context.Target.TryReadRegister(register.Number, value))
            {
                context.Reply.Hex((byte)register.Number).Text(":").Hex(value).Text(";");
            }
        }

        if (context.ThreadsInStopReply)
        {
            WriteThreads(context);
        }
    }

    /// <summary>What LLDB would else ask for: the ids, and each thread's PC as a number.</summary>
    private static void WriteThreads(SessionContext context)
    {
        var counter = context.Target.Description.ProgramCounter;
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        value.Clear();
        context.Reply.Text("threads:").Text(context.Thread).Text(";");
        if (context.Target.TryReadRegister(counter.Number, value[..counter.Size]))
        {
            context.Reply.Text("thread-pcs:").Number(BinaryPrimitives.ReadUInt64LittleEndian(value)).Text(";");
        }
    }

    private static string Reason(DebugStop stop, SessionContext context) => stop.Kind switch
    {
        StopKind.SoftwareBreakpoint when context.SoftwareBreakReason => "swbreak:;",
        StopKind.HardwareBreakpoint when context.HardwareBreakReason => "hwbreak:;",
        StopKind.Watchpoint => $"{WatchName(stop.Access)}:{Wire.Hex.Number(stop.Address)};",
        StopKind.ReplayLogBegin => "replaylog:begin;",
        StopKind.ReplayLogEnd => "replaylog:end;",
        _ => "",
    };

    private static string WatchName(WatchAccess access) => access switch
    {
        WatchAccess.Read => "rwatch",
        WatchAccess.Access => "awatch",
        _ => "watch",
    };
}
