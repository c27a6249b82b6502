using CsCheck;
using Reprise.TimeTravel.Recording;

namespace Reprise.TimeTravel.Tests.Recording;

public sealed class RecordPayloadTests
{
    [Test]
    public void Decode_EveryType_GivesWhatWasEncoded()
    {
        var header = RoundTrip(Records.Header);
        var input = RoundTrip(Records.Event);
        var interval = RoundTrip(Records.Interval);
        var snapshot = RoundTrip(Records.Snapshot);
        Assert.Multiple(() =>
        {
            Assert.That(header.Options, Is.EquivalentTo(Records.Header.Options));
            Assert.That(header.NanosecondsPerInstruction, Is.EqualTo(40));
            Assert.That(header.BoardFiles, Is.EqualTo(Records.Header.BoardFiles));
            Assert.That(input.Data.ToArray(), Is.EqualTo(Records.Event.Data.ToArray()));
            Assert.That(interval.PagesRead, Is.EqualTo(Records.Interval.PagesRead));
            Assert.That(interval.BlocksExecuted, Is.EqualTo(Records.Interval.BlocksExecuted));
            Assert.That(snapshot.ChangedPages[0].Bytes.Length, Is.EqualTo(1024));
        });
    }

    [Test]
    public void Decode_AnySortedPages_GivesThemBack() => Gen.UInt.Array[0, 50].Sample(numbers =>
    {
        var pages = numbers.Distinct().Order().ToArray();
        var record = Records.Interval with { PagesWritten = pages };
        return RoundTrip(record).PagesWritten.SequenceEqual(pages);
    });

    [Test]
    public void Encode_UnsortedPages_IsRefused() => Assert.Throws<ArgumentException>(
        () => RecordPayload.Encode(Records.Interval with { PagesRead = [2, 1] }));

    [Test]
    public void Decode_RandomBytes_ThrowsNothingButRecordingException() =>
        Gen.Byte.Array[0, 60].Sample(DecodeAsEverything, iter: 3000);

    [Test]
    public void Decode_OneChangedByte_ThrowsNothingButRecordingException()
    {
        foreach (var good in SampleFile.Blocks.Select(b => b.Payload))
        {
            for (var i = 0; i < Math.Min(good.Length, 64); i++)
            {
                for (var value = 0; value < 256; value++)
                {
                    var bad = good.ToArray();
                    bad[i] = (byte)value;
                    DecodeAsEverything(bad);
                }
            }
        }
    }

    private static void DecodeAsEverything(byte[] bytes)
    {
        Try<RecordingHeader>(bytes);
        Try<InputEvent>(bytes);
        Try<IntervalRecord>(bytes);
        Try<SnapshotRecord>(bytes);
    }

    private static void Try<T>(byte[] bytes)
        where T : IRecord<T>
    {
        try
        {
            RecordPayload.Decode<T>(bytes, "bad.reprise", 16);
        }
        catch (RecordingException)
        {
            // The one answer to bad bytes.
        }
    }

    private static T RoundTrip<T>(T record)
        where T : IRecord<T>
    {
        var bytes = RecordPayload.Encode(record);
        var back = RecordPayload.Decode<T>(bytes, "sample.reprise", 0)[0];
        Assert.That(RecordPayload.Encode(back), Is.EqualTo(bytes));
        return back;
    }
}
