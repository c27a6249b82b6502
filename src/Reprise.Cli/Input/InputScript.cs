using System.Text;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Input;

/// <summary>
/// Input that comes at exact positions. Each line is a position, an input port of the board, and what comes: text in
/// double quotes and bytes as numbers, in any mixture. '#' begins a comment. Positions never descend.
/// <code>
/// 1_000_000  uart0    "status\r\n"
/// 2_500_000  buttons  0x01            # the left one goes down
/// </code>
/// </summary>
/// <param name="Path">The file, for messages.</param>
/// <param name="Lines">Its lines, without those that say nothing.</param>
internal sealed record InputScript(string Path, IReadOnlyList<InputLine> Lines)
{
    /// <summary>No person writes more, and it is little to hold in memory: 16 MiB.</summary>
    private const int MaximumBytes = 16 << 20;

    /// <exception cref="CliException">The file can't be read, or a line is wrong; the message names it.</exception>
    public static InputScript Read(string path)
    {
        string text;
        try
        {
            text = ReadText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException($"--input: {path}: expected a readable text file: {e.Message}");
        }

        return Parse(path, text);
    }

    /// <exception cref="CliException">A line is wrong; the message names file and line.</exception>
    public static InputScript Parse(string path, string text)
    {
        var lines = new List<InputLine>();
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            try
            {
                if (InputLineReader.Read(line, number) is not { } read)
                {
                    continue;
                }

                if (lines.Count > 0 && read.Position < lines[^1].Position)
                {
                    throw new FormatException(
                        $"a position of at least {lines[^1].Position}, that of line {lines[^1].Number}");
                }

                lines.Add(read);
            }
            catch (FormatException e)
            {
                throw new CliException($"{path}:{number}: expected {e.Message}.");
            }
        }

        return new InputScript(path, lines);
    }

    private static string ReadText(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[Math.Min(MaximumBytes + 1, stream.CanSeek ? stream.Length + 1 : MaximumBytes + 1)];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return count <= MaximumBytes
            ? Encoding.UTF8.GetString(bytes, 0, count)
            : throw new CliException($"--input: {path}: expected at most {MaximumBytes} bytes.");
    }
}
