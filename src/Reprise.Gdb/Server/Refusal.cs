using System.Buffers;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Server;

/// <summary>
/// Tells a client that another one is served. It asks first and gets one answer, as always, so that it shows the reason;
/// in a thread of its own, so that the one that is served does not notice.
/// </summary>
internal static class Refusal
{
    private const string Reason = "E.another debugger is connected";

    /// <summary>How long it may take to ask.</summary>
    private const int WaitMicroseconds = 1_000_000;

    /// <summary>Clients that are being told at a time; the others are cut off.</summary>
    private const int Most = 8;

    private static int _running;

    public static void Send(ClientStream client)
    {
        if (Interlocked.Increment(ref _running) > Most)
        {
            End(client);
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            _ =>
            {
                Answer(client);
                End(client);
            },
            null);
    }

    private static void End(ClientStream client)
    {
        client.Dispose();
        Interlocked.Decrement(ref _running);
    }

    private static void Answer(ClientStream client)
    {
        try
        {
            var reader = new PacketReader(0x1000);
            var buffer = new byte[0x1000];
            while (client.TryReceive(buffer, WaitMicroseconds, out var count) && count > 0)
            {
                if (buffer.AsSpan(0, count).ToArray().Any(value => reader.Feed(value) == WireEvent.Packet))
                {
                    var output = new ArrayBufferWriter<byte>();
                    output.Write("+"u8);
                    PacketWriter.Write(output, System.Text.Encoding.UTF8.GetBytes(Reason));
                    client.Send(output.WrittenSpan);
                    return;
                }
            }
        }
        catch (IOException)
        {
            // It is gone by itself.
        }
    }
}
