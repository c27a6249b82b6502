using MessagePack;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Tests.Travel;

namespace Reprise.TimeTravel.Tests.Recording;

/// <summary>The board files of a recording: those that are there are the board, whatever the program has built in.</summary>
public sealed class BoardFilesTests
{
    private static readonly RecordingHeader _header = TravelFixture.Header("torture");

    private static readonly string _builtIn = BoardCatalog.Find("mps2-an385")!.Files[0].Text;

    [Test]
    public void Decode_HeaderWithoutBoardFiles_IsThatOfTheOldVersions()
    {
        var bytes = RecordPayload.Encode(_header);
        Assert.That(bytes[1], Is.EqualTo(0x98), "an array of 8 fields");
        Assert.That(bytes[^1], Is.EqualTo(0x90), "the last one an empty array");
        bytes[1] = 0x97;
        var old = RecordPayload.Decode<RecordingHeader>(bytes.AsMemory(..^1), "old.reprise", 0)[0];
        Assert.That(old.BoardFiles, Is.Empty);
        Assert.That(old.NanosecondsPerInstruction, Is.EqualTo(_header.NanosecondsPerInstruction));
        Assert.That(Open(_header).Name, Is.EqualTo("mps2-an385"));
    }

    [Test]
    public void Open_OwnFiles_AreTheBoard()
    {
        var board = Open(With("mine", new("mine.yaml", "extends: base/mps2.yaml\ndescription: mine"), new("base/mps2.yaml", _builtIn)));
        Assert.That(board.Name, Is.EqualTo("mine"));
        Assert.That(board.Description, Is.EqualTo("mine"));
    }

    [Test]
    public void Open_FileThatIsMissing_IsRefusedThoughItIsBuiltIn() =>
        Assert.That(
            () => Open(With("mine", new BoardSourceFile("mine.yaml", "extends: mps2-an385"))),
            Throws.TypeOf<RecordingException>().With.Message.Contains("mine.yaml:1:10: expected a built-in board or a file"));

    [Test]
    public void Open_FileThatIsNoBoard_IsRefused() =>
        Assert.That(
            () => Open(With("mine", new BoardSourceFile("mine.yaml", "[[[["))),
            Throws.TypeOf<RecordingException>().With.Message.Contains("mine.yaml:"));

    [Test]
    public void Open_FilesOfAnotherBoard_IsRefused() =>
        Assert.That(
            () => Open(With("mine", new BoardSourceFile("yours.yaml", _builtIn))),
            Throws.TypeOf<RecordingException>().With.Message.Contains("not 'mine'"));

    [Test]
    public void Decode_TooManyFiles_IsRefused() =>
        Assert.That(
            () => Open(With("mine", [.. Enumerable.Repeat(new BoardSourceFile("mine.yaml", _builtIn), 33)])),
            Throws.TypeOf<RecordingException>().With.InnerException.TypeOf<MessagePackSerializationException>());

    private static RecordingHeader With(string board, params BoardSourceFile[] files) =>
        _header with { Board = board, BoardFiles = files };

    private static Board Open(RecordingHeader header)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (var writer = new BlockWriter(path))
            {
                writer.Append(BlockKind.Header, 0, 0, RecordPayload.Encode(header));
                writer.Finish();
            }

            using var file = new RecordingFile(path);
            return file.Board;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
