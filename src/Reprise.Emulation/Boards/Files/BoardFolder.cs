namespace Reprise.Emulation.Boards.Files;

/// <summary>A folder with board files; the built-in boards are there too.</summary>
/// <param name="folder">Its path.</param>
internal sealed class BoardFolder(string folder) : IBoardSource
{
    public string Display(string name) => BoardFileName.IsPath(name) ? Path.Combine(folder, name) : name;

    public string? Read(string name, int maxLength)
    {
        if (!BoardFileName.IsPath(name))
        {
            return BuiltInBoards.Instance.Read(name, maxLength);
        }

        var path = Display(name);
        if (!File.Exists(path))
        {
            return null;
        }

        // One more than is taken, so that the reader sees that it is too long: the file may be endless.
        using var reader = new StreamReader(path);
        var buffer = new char[Math.Min(maxLength + 1L, Math.Max(new FileInfo(path).Length, 1 << 16))];
        return new string(buffer, 0, reader.ReadBlock(buffer));
    }
}
