using System.Buffers;
using System.Text;
using CsCheck;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Tests.Wire;

internal sealed class PacketReaderTests
{
    [Test]
    public void Feed_WhatPacketWriterWrote_GivesTheContent()
    {
        Gen.Byte.Array[0, 300].Sample(content =>
        {
            var framed = new ArrayBufferWriter<byte>();
            PacketWriter.Write(framed, content);
            var reader = new PacketReader(300);
            var last = framed.WrittenSpan.ToArray().Select(reader.Feed).ToList();
            return last.Take(last.Count - 1).All(found => found == WireEvent.None)
                && last[^1] == WireEvent.Packet && reader.Packet.SequenceEqual(content);
        });
    }

    [Test]
    public void Feed_RunsThatPacketWriterWrote_GivesTheContent()
    {
        Gen.Select(Gen.Int[0, 2], Gen.Int[1, 250]).Array[0, 12].Sample(runs =>
        {
            var content = runs.SelectMany(run => Enumerable.Repeat((byte)('0' + run.Item1), run.Item2)).ToArray();
            var framed = new ArrayBufferWriter<byte>();
            PacketWriter.WriteRuns(framed, content);
            var reader = new PacketReader(3000);
            var last = framed.WrittenSpan.ToArray().Select(reader.Feed).ToList();
            return last.Take(last.Count - 1).All(found => found == WireEvent.None)
                && last[^1] == WireEvent.Packet && reader.Packet.SequenceEqual(content)
                && !framed.WrittenSpan[1..^3].ContainsAny("$#+-"u8)
                && framed.WrittenCount <= content.Length + PacketWriter.Framing;
        });
    }

    [TestCase("$m0,4#fd", WireEvent.Packet, "m0,4")]
    [TestCase("$#00", WireEvent.Packet, "")]
    [TestCase("$0* #7a", WireEvent.Packet, "0000")]
    [TestCase("$a}\u0003#e1", WireEvent.Packet, "a#")]
    [TestCase("noise$m1$m0,4#FD", WireEvent.Packet, "m0,4")]
    [TestCase("$m0,4#fe", WireEvent.Damaged, "")]
    [TestCase("$m0,4#zz", WireEvent.Damaged, "")]
    [TestCase("$* #4a", WireEvent.Damaged, "")]
    [TestCase("$a}#de", WireEvent.Damaged, "")]
    [TestCase("$a*#8b", WireEvent.Damaged, "")]
    [TestCase("$a*\u0001#8c", WireEvent.Damaged, "")]
    [TestCase("$0123456789abcdefg#c9", WireEvent.TooLong, null)]
    [TestCase("$0*~*~#80", WireEvent.TooLong, null)]
    [TestCase("+", WireEvent.Acknowledged, null)]
    [TestCase("-", WireEvent.ResendWanted, null)]
    [TestCase("\u0003", WireEvent.Interrupt, null)]
    [TestCase("x", WireEvent.None, null)]
    public void Feed_Bytes_GivesEvent(string bytes, WireEvent expected, string? content)
    {
        var reader = new PacketReader(16);
        var last = WireEvent.None;
        foreach (var value in Encoding.Latin1.GetBytes(bytes))
        {
            last = reader.Feed(value);
        }

        Assert.That(last, Is.EqualTo(expected));
        if (content is not null)
        {
            Assert.That(Encoding.Latin1.GetString(reader.Packet), Is.EqualTo(content));
        }
    }
}
