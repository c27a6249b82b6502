using Reprise.Emulation.Boards;
using Reprise.TimeTravel.Recording;

namespace Reprise.TimeTravel.Tests.Recording;

/// <summary>A recording holds the files that were loaded besides its firmware.</summary>
public sealed class LoadedFileTests
{
    private static readonly IReadOnlyDictionary<string, string> _noDisks = new Dictionary<string, string>();

    [Test]
    public void Loaded_OfAHeader_AreThoseThatWereAdded()
    {
        LoadedFile[] files =
        [
            .. Enumerable.Range(0, 12).Select(i => new LoadedFile($"a name {i}", (ulong)i << 60, new byte[] { (byte)i, 1 })),
            new LoadedFile("", null, ReadOnlyMemory<byte>.Empty),
        ];
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        RecordedOptions.Add(options, new BoardOptions(8) { Loaded = files });
        var read = RecordedOptions.BoardOptionsOf(Records.Header with { Options = options }, _noDisks).Loaded;
        Assert.That(
            read.Select(file => (file.Name, file.Address, Convert.ToHexString(file.Content.Span))),
            Is.EqualTo(files.Select(file => (file.Name, file.Address, Convert.ToHexString(file.Content.Span)))));
    }

    [TestCase("")]
    [TestCase("0x10 AAAA")]
    [TestCase("10 AAAA name")]
    [TestCase("0x AAAA name")]
    [TestCase("0x12345678123456789 AAAA name")]
    [TestCase("- AAA name")]
    [TestCase("- ?AAA name")]
    public void ReadLoaded_AnythingElse_IsRefused(string text) =>
        Assert.That(() => RecordedOptions.ReadLoaded(text), Throws.TypeOf<InvalidDataException>());
}
