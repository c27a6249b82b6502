using System.Globalization;
using System.Text;
using CsCheck;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Tests.Fakes;

namespace Reprise.Gdb.Tests.Sessions;

/// <summary>Whatever a peer sends: no exception, no long reply, and one reply a packet.</summary>
internal sealed class HostilePacketTests
{
    private const int NormalSamples = 20_000;

    /// <summary>Set to 1000000 for the long run.</summary>
    private const string Variable = "REPRISE_FUZZ_SAMPLES";

    private static readonly int Samples =
        int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var samples)
            ? samples
            : NormalSamples;

    private static readonly string[] Nasty =
        ["ffffffffffffffff", "-1", "80000000", ",", ":", ";", "=", "p", "p-1.-1", "", "*", "}", "\0", "é"];

    private static readonly string[] Seeds = [.. Transcripts()];

    [Test]
    public void Feed_MutatedPackets_AnswersEachOnce()
    {
        var mutation = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 200], Gen.Byte, OneOf(Nasty));
        var packets = Gen.Select(OneOf(Seeds), mutation.Array[0, 4]).Array[1, 4];
        Gen.Select(packets, Gen.Bool).Sample(
            (sequence, usesFiles) =>
            {
                var peer = new Peer(new FakeTarget { UsesFiles = usesFiles });
                foreach (var (seed, mutations) in sequence)
                {
                    CheckOne(peer, Mutate(seed, mutations));
                }
            },
            iter: Samples);
    }

    [Test]
    public void Feed_AnyBytes_DoesNotThrow()
    {
        var bytes = Gen.OneOf(Gen.Byte, OneOf("$$##}*+-,:;0123456789abcdefmMXZzqvc"u8.ToArray())).Array[0, 300];
        bytes.Sample(sent => new Peer(new FakeTarget { UsesFiles = sent.Length % 2 == 0 }).SendRaw(sent, interrupt: true), iter: Samples);
    }

    [Test]
    public void Feed_MutatedSessions_LeavesNothingBehind()
    {
        // Many sessions on one target, as a server has them: each takes its breakpoints with it, and memory stays flat.
        var target = new FakeTarget { UsesFiles = true };
        var mutation = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 200], Gen.Byte, OneOf(Nasty));
        var session = Gen.Select(OneOf(Seeds), mutation.Array[0, 1]).Array[5, 30];
        long? before = null;
        session.Sample(
            sequence =>
            {
                var peer = new Peer(target);
                foreach (var (seed, mutations) in sequence)
                {
                    CheckOne(peer, Mutate(seed, mutations));
                }

                peer.Session.Close();
                Assert.That(target.Breakpoints, Is.Empty);
                before ??= GC.GetTotalMemory(forceFullCollection: true);
            },
            iter: Samples,
            threads: 1);
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(16 << 20));
    }

    [Test]
    public void Feed_AnyConditionCode_EndsAndDoesNotThrow()
    {
        var operations = OneOf<byte>([0x02, 0x05, 0x09, 0x16, 0x19, 0x20, 0x21, 0x22, 0x26, 0x27, 0x28, 0x2a, 0x32, 0x33]);
        var code = Gen.OneOf(operations, Gen.Byte[0, 8], Gen.Byte).Array[1, 40];
        code.Sample(
            bytes =>
            {
                var peer = new Peer(new FakeTarget());
                bytes[^1] = 0x27;
                var reply = peer.Ask($"Z0,10,2;X{bytes.Length:x},{Convert.ToHexString(bytes)}").Single();
                Assert.That(reply, Is.EqualTo("OK").Or.EqualTo("E22"));
                Assert.That(peer.Ask("c").Single(), Does.StartWith("T05"));
            },
            iter: Samples);
    }

    private static Gen<T> OneOf<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static void CheckOne(Peer peer, byte[] packet)
    {
        if (peer.Session.State == SessionState.Ended)
        {
            return;
        }

        var count = 0;
        foreach (var reply in peer.Ask(packet))
        {
            count += reply.Length < 2 || reply[0] != 'O' || reply == "OK" ? 1 : 0;
            if (reply.Length > 0x20100)
            {
                Assert.Fail($"{reply.Length} characters for {Encoding.Latin1.GetString(packet)}");
            }
        }

        var silent = packet.Length > 0 && packet[0] is (byte)'k' or (byte)'R';
        if (count != 1 && !(silent && count == 0))
        {
            Assert.Fail($"{count} replies to {Encoding.Latin1.GetString(packet)}");
        }
    }

    private static byte[] Mutate(string seed, (int Kind, int At, byte Value, string Text)[] mutations)
    {
        var packet = seed.Select(letter => (byte)letter).ToList();
        foreach (var (kind, where, value, text) in mutations)
        {
            var at = packet.Count == 0 ? 0 : where % packet.Count;
            switch (kind)
            {
                case 0 when packet.Count > 0:
                    packet[at] = value;
                    break;
                case 1 when packet.Count > 0:
                    packet.RemoveAt(at);
                    break;
                case 2:
                    packet.RemoveRange(at, packet.Count - at);
                    break;
                case 3:
                    packet.Insert(at, value);
                    break;
                default:
                    packet.InsertRange(at, text.Select(letter => (byte)letter));
                    break;
            }
        }

        return [.. packet];
    }

    private static IEnumerable<string> Transcripts() =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Transcripts"), "*.txt")
            .Order(StringComparer.Ordinal)
            .SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("-> ", StringComparison.Ordinal))
            .Select(line => line[3..])
            .Distinct();
}
