namespace Reprise.EndToEnd.Tests.Tools;

/// <summary>The files of a sample firmware in this checkout.</summary>
internal sealed record Sample(string Name)
{
    public static string Repository { get; } = FindRepository();

    public string Folder => Path.Combine(Repository, "samples", Name);

    public string Elf => Path.Combine(Folder, Name + ".elf");

    public string Expected => File.ReadAllText(Path.Combine(Folder, "expected.txt"));

    public string Input => File.ReadAllText(Path.Combine(Folder, "input.txt"));

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Reprise.slnx")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
