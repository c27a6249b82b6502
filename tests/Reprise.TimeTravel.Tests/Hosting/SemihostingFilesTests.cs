using System.Text;
using Reprise.Emulation.Semihosting;
using Reprise.TimeTravel.Hosting;

namespace Reprise.TimeTravel.Tests.Hosting;

/// <summary>Files of a semihosting guest: what works, and that nothing leads out of the folder.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SemihostingFilesTests : IDisposable
{
    private const uint ReadMode = 0;
    private const uint WriteMode = 4;
    private const uint ReadWriteMode = 6;
    private const uint AppendMode = 8;

    private readonly DirectoryInfo _outside = Directory.CreateTempSubdirectory("reprise-tests-");
    private readonly string _root;
    private readonly SemihostingFiles _files;

    public SemihostingFilesTests()
    {
        _root = Directory.CreateDirectory(Path.Combine(_outside.FullName, "root")).FullName;
        File.WriteAllText(Path.Combine(_outside.FullName, "secret"), "secret");
        _files = new SemihostingFiles(_root, TimeProvider.System);
    }

    public void Dispose()
    {
        _files.Dispose();
        _outside.Delete(recursive: true);
    }

    [Test]
    public void WriteSeekRead_AFile_GivesItBack()
    {
        var handle = Open("notes.txt", ReadWriteMode);
        Assert.That(Write(handle, "hello world"), Is.Zero);
        Assert.That(Ask(SemihostingOperation.FileLength, handle).Result, Is.EqualTo(11));
        Assert.That(Ask(SemihostingOperation.Seek, handle, value: 6).Result, Is.Zero);
        var read = Ask(SemihostingOperation.Read, handle, length: 100);
        Assert.That((Encoding.ASCII.GetString(read.Data.Span), read.Result), Is.EqualTo(("world", 95u)),
            "bytes not read");
        Assert.That(Ask(SemihostingOperation.Close, handle).Result, Is.Zero);
        Assert.That(Ask(SemihostingOperation.Close, handle).Error, Is.EqualTo(HostError.BadHandle));
        Assert.That(Directory.GetFiles(_root), Has.Length.EqualTo(1));
    }

    [Test]
    public void Write_ToAnAppendedFile_GoesBehindWhatIsThere()
    {
        File.WriteAllText(Path.Combine(_root, "log"), "one");
        var handle = Open("log", AppendMode);
        Ask(SemihostingOperation.Seek, handle, value: 0);
        Write(handle, " two");
        Ask(SemihostingOperation.Close, handle);
        Assert.That(File.ReadAllText(Path.Combine(_root, "log")), Is.EqualTo("one two"));
    }

    [TestCase("../secret")]
    [TestCase("..")]
    [TestCase("a/../../secret")]
    [TestCase("/etc/passwd")]
    [TestCase("./../secret")]
    [TestCase("c:secret")]
    [TestCase("..\\secret")]
    [TestCase(".")]
    [TestCase("link")]
    [TestCase("folderlink/secret")]
    [TestCase("secret\0.txt")]
    public void AnyCall_NameThatLeadsOut_IsRefused(string name)
    {
        File.CreateSymbolicLink(Path.Combine(_root, "link"), Path.Combine(_outside.FullName, "secret"));
        Directory.CreateSymbolicLink(Path.Combine(_root, "folderlink"), _outside.FullName);
        File.WriteAllText(Path.Combine(_root, "mine"), "mine");
        foreach (var mode in new[] { ReadMode, WriteMode, AppendMode })
        {
            Assert.That(AskName(SemihostingOperation.Open, name, value: mode).Error,
                Is.EqualTo(HostError.AccessDenied));
        }

        Assert.That(AskName(SemihostingOperation.Remove, name).Error, Is.EqualTo(HostError.AccessDenied));
        Assert.That(AskName(SemihostingOperation.Rename, "mine", name).Error, Is.EqualTo(HostError.AccessDenied));
        Assert.That(AskName(SemihostingOperation.Rename, name, "mine").Error, Is.EqualTo(HostError.AccessDenied));
        Assert.That(File.ReadAllText(Path.Combine(_outside.FullName, "secret")), Is.EqualTo("secret"));
    }

    [Test]
    public void Open_MoreFilesThanThereMayBe_FailsUntilOneIsClosed()
    {
        var handles = new List<uint>();
        HostReply last;
        while ((last = AskName(SemihostingOperation.Open, $"f{handles.Count}",
            value: WriteMode)).Error == HostError.None)
        {
            handles.Add(last.Result);
            Assert.That(handles, Has.Count.LessThan(1_000));
        }

        Assert.That(last.Error, Is.EqualTo(HostError.TooManyOpen));
        Ask(SemihostingOperation.Close, handles[7]);
        Assert.That(AskName(SemihostingOperation.Open, "again", value: WriteMode).Result, Is.EqualTo(handles[7]));
    }

    [Test]
    public void Anything_WithoutAFolder_FailsCleanly()
    {
        using var none = new SemihostingFiles(null, TimeProvider.System);
        var open = new HostRequest(SemihostingOperation.Open) { Name = "x", Value = WriteMode };
        Assert.That(none.Answer(open)!.Value.Error, Is.EqualTo(HostError.AccessDenied));
        var remove = new HostRequest(SemihostingOperation.Remove) { Name = "x" };
        Assert.That(none.Answer(remove)!.Value.Error, Is.EqualTo(HostError.AccessDenied));
    }

    [TestCase(0u)]
    [TestCase(4u)]
    [TestCase(5u)]
    [TestCase(68u)]
    [TestCase(69u)]
    [TestCase(uint.MaxValue)]
    public void AnyCall_HandleThatIsNotOpen_IsRefused(uint handle)
    {
        foreach (var operation in new[]
        {
            SemihostingOperation.Close, SemihostingOperation.Read, SemihostingOperation.Write, SemihostingOperation.Seek,
            SemihostingOperation.FileLength, SemihostingOperation.IsTerminal,
        })
        {
            Assert.That(Ask(operation, handle).Error, Is.EqualTo(HostError.BadHandle), $"{operation}");
        }
    }

    [Test]
    public void Open_MissingFolderOrFolder_IsAnErrorOfItsOwn()
    {
        Directory.CreateDirectory(Path.Combine(_root, "sub"));
        Assert.That(AskName(SemihostingOperation.Open, "no/such").Error, Is.EqualTo(HostError.NoEntry));
        Assert.That(AskName(SemihostingOperation.Open, "missing").Error, Is.EqualTo(HostError.NoEntry));
        Assert.That(AskName(SemihostingOperation.Open, "sub").Error, Is.Not.EqualTo(HostError.None));
        Assert.That(AskName(SemihostingOperation.Open, "").Error, Is.EqualTo(HostError.NoEntry));
        Assert.That(AskName(SemihostingOperation.Open, "sub/new", value: WriteMode).Error, Is.EqualTo(HostError.None));
    }

    private uint Open(string name, uint mode)
    {
        var reply = AskName(SemihostingOperation.Open, name, value: mode);
        Assert.That(reply.Error, Is.EqualTo(HostError.None));
        return reply.Result;
    }

    private uint Write(uint handle, string text) => _files.Answer(new HostRequest(SemihostingOperation.Write)
    {
        Handle = handle,
        Length = (uint)text.Length,
        Data = Encoding.ASCII.GetBytes(text),
    })!.Value.Result;

    private HostReply Ask(SemihostingOperation operation, uint handle, uint value = 0, uint length = 0) =>
        _files.Answer(new HostRequest(operation) { Handle = handle, Value = value, Length = length })!.Value;

    private HostReply AskName(SemihostingOperation operation, string name, string newName = "", uint value = 0) =>
        _files.Answer(new HostRequest(operation) { Name = name, NewName = newName, Value = value })!.Value;
}
