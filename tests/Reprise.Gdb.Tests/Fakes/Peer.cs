using System.Buffers;
using System.Text;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Tests.Fakes;

/// <summary>A debugger without a socket: sends packets to a session and takes its replies apart.</summary>
internal sealed class Peer(IDebugTarget target)
{
    public Session Session { get; } = new(target);

    /// <summary>Sends one packet and gives the contents of all packets that came back.</summary>
    public IReadOnlyList<string> Ask(string packet) => Ask(Encoding.Latin1.GetBytes(packet));

    public IReadOnlyList<string> Ask(byte[] packet)
    {
        var framed = new ArrayBufferWriter<byte>();
        framed.Write("+"u8); // it has the reply before
        PacketWriter.Write(framed, packet);
        return Contents(SendRaw(framed.WrittenSpan.ToArray()));
    }

    /// <summary>Sends any bytes and gives the bytes that came back; stops when the session ends.</summary>
    public byte[] SendRaw(byte[] bytes, bool interrupt = false)
    {
        using var replies = new MemoryStream();
        var taken = 0;
        while (Session.State != SessionState.Ended)
        {
            if (Session.State == SessionState.ResumeWanted)
            {
                Session.Run(() => interrupt);
            }
            else if (taken < bytes.Length)
            {
                taken += Session.Feed(bytes.AsSpan(taken));
            }
            else
            {
                break;
            }

            replies.Write(Session.Output.Span);
            Session.ClearOutput();
        }

        replies.Write(Session.Output.Span);
        Session.ClearOutput();
        return replies.ToArray();
    }

    /// <summary>The packets in a stream; a reader that can't follow the session's framing fails the test.</summary>
    public static IReadOnlyList<string> Contents(byte[] bytes)
    {
        var reader = new PacketReader(0x20100);
        var packets = new List<string>();
        foreach (var value in bytes)
        {
            var found = reader.Feed(value);
            if (found is WireEvent.Damaged or WireEvent.TooLong)
            {
                // One constraint a byte would be most of what a long run does.
                Assert.Fail($"{found}: {Encoding.Latin1.GetString(bytes)}");
            }

            if (found == WireEvent.Packet)
            {
                packets.Add(Encoding.Latin1.GetString(reader.Packet));
            }
        }

        return packets;
    }
}
