namespace Reprise.Unicorn.Tests;

public sealed class UnicornSearchTests
{
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("reprise-test-");

    [TearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [Test]
    public void Candidates_VariableSet_IsTheOnlyOne()
    {
        Create("artifacts", "unicorn");
        Assert.That(UnicornSearch.Candidates("/x/lib.so", _folder.FullName, null), Is.EqualTo(new[] { "/x/lib.so" }));
    }

    [Test]
    public void Candidates_FetchedAndUsers_ComeInOrderBeforeTheSystems()
    {
        var fetched = Create("artifacts", "unicorn");
        var users = Create("home", "reprise");
        var program = _folder.CreateSubdirectory("src/tool/bin").FullName;
        Assert.That(
            UnicornSearch.Candidates("", program, Path.GetDirectoryName(users)),
            Is.EqualTo(new[] { fetched, users, UnicornSearch.FileName, "unicorn" }));
    }

    [Test]
    public void Candidates_NothingFetched_AreTheSystems() =>
        Assert.That(
            UnicornSearch.Candidates(null, _folder.FullName, Path.Combine(_folder.FullName, "none")),
            Is.EqualTo(new[] { UnicornSearch.FileName, "unicorn" }));

    private string Create(params string[] folders)
    {
        var folder = _folder.CreateSubdirectory(Path.Combine(folders)).FullName;
        var file = Path.Combine(folder, UnicornSearch.FileName);
        File.WriteAllBytes(file, []);
        return file;
    }
}
