using Reprise.Emulation.Boards;
using Reprise.Emulation.Disks;
using Reprise.TimeTravel.Recording;

namespace Reprise.TimeTravel.Tests.Recording;

/// <summary>A recording finds its disk images where they were, or where they are said to be now.</summary>
public sealed class MovedDiskTests
{
    private string _folder = null!;
    private RecordingHeader _header = null!;

    [SetUp]
    public void Record()
    {
        _folder = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllBytes(PathOf("old.img"), [1, 2, 3]);
        using var image = new DiskImageFile(PathOf("old.img"));
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        RecordedOptions.Add(options, new BoardOptions(8) { Disks = new Dictionary<string, IDiskImage> { ["hda"] = image } });
        _header = Records.Header with { Options = options };
        File.Move(PathOf("old.img"), PathOf("new.img"));
        File.WriteAllBytes(PathOf("other.img"), [1, 2, 4]);
    }

    [TearDown]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void BoardOptionsOf_ImageThatWasMoved_IsFoundWhereItIsSaidToBe()
    {
        var options = RecordedOptions.BoardOptionsOf(_header, new Dictionary<string, string> { ["hda"] = PathOf("new.img") });

        using var image = (DiskImageFile)options.Disks["hda"];
        Assert.That(image.Path, Is.EqualTo(PathOf("new.img")));
    }

    [Test]
    public void BoardOptionsOf_OtherContent_IsRefused() => Refuses("hda", "other.img", "SHA-256");

    [Test]
    public void BoardOptionsOf_DriveThatHadNone_IsRefused() => Refuses("hdb", "new.img", "'hdb'");

    [Test]
    public void BoardOptionsOf_NothingSaid_NamesTheOldPath() =>
        Assert.That(
            () => RecordedOptions.BoardOptionsOf(_header, new Dictionary<string, string>()),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("old.img"));

    private void Refuses(string drive, string name, string reason) => Assert.That(
        () => RecordedOptions.BoardOptionsOf(_header, new Dictionary<string, string> { [drive] = PathOf(name) }),
        Throws.TypeOf<InvalidDataException>().With.Message.Contains(reason));

    private string PathOf(string name) => Path.Combine(_folder, name);
}
