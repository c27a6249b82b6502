using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Reprise.Emulation.Boards.Files;

/// <summary>
/// Reads the text of a board file, one YAML document, into nodes. The text may be anyone's: it is bounded in length, in
/// depth and in nodes, and may not use anchors, with which a few lines say billions.
/// </summary>
internal sealed class BoardTextReader
{
    /// <summary>Characters of a board file.</summary>
    public const int MaxLength = 1 << 18;

    private const int MaxDepth = 12;
    private const int MaxNodes = 20_000;

    private readonly string _file;
    private readonly Parser _parser;
    private int _nodes;

    private BoardTextReader(string file, string text)
    {
        _file = file;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The map that the text is.</summary>
    /// <param name="file">Its name, for errors.</param>
    /// <param name="text">YAML.</param>
    /// <exception cref="BoardFileException">It is no such text.</exception>
    public static BoardMap Read(string file, string text)
    {
        if (text.Length > MaxLength)
        {
            throw new BoardFileException(
                new FilePlace(file, 1, 1), $"at most {MaxLength} characters, found {text.Length}");
        }

        return new BoardTextReader(file, text).ReadDocument();
    }

    private static FilePlace PlaceOf(string file, Mark mark) =>
        new(file, (int)Math.Max(mark.Line, 1), (int)Math.Max(mark.Column, 1));

    /// <summary>The next event; null behind the last.</summary>
    private ParsingEvent? Next()
    {
        try
        {
            return _parser.MoveNext() ? _parser.Current : null;
        }
        catch (YamlException e)
        {
            throw new BoardFileException(PlaceOf(_file, e.Start), $"YAML ({e.Message})", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException
            or OverflowException or IndexOutOfRangeException or NullReferenceException)
        {
            // Texts that its grammar has not foreseen.
            throw new BoardFileException(PlaceOf(_file, _parser.Current?.End ?? Mark.Empty), "YAML behind this place", e);
        }
    }

    private BoardMap ReadDocument()
    {
        Next<StreamStart>();
        if (Next() is not DocumentStart)
        {
            throw new BoardFileException(new FilePlace(_file, 1, 1), "a board, found an empty file");
        }

        var node = ReadNode(depth: 0);
        Next<DocumentEnd>();
        return Next() is { } more and not StreamEnd
            ? throw Error(more, "one document, found a second")
            : node as BoardMap ?? throw node.Error("keys and values");
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        if (Next() is var next and not T)
        {
            throw Error(next, "one document");
        }
    }

    private BoardNode ReadNode(int depth) => ReadNode(Next(), depth);

    private BoardNode ReadNode(ParsingEvent? current, int depth)
    {
        if (++_nodes > MaxNodes)
        {
            throw Error(current, $"at most {MaxNodes} values");
        }

        if (depth > MaxDepth)
        {
            throw Error(current, $"at most {MaxDepth} levels");
        }

        if (current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
        {
            throw Error(current, "a value; board files have no anchors and no aliases of them");
        }

        if (current is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } })
        {
            throw Error(current, "a value; board files have no YAML tags");
        }

        var place = PlaceOf(_file, current!.Start);
        return current switch
        {
            Scalar scalar => new BoardText(place, scalar.Value, scalar.Style != ScalarStyle.Plain),
            SequenceStart => new BoardList(place, ReadItems(depth)),
            MappingStart => new BoardMap(place, ReadEntries(depth)),
            _ => throw Error(current, "a value"),
        };
    }

    private List<BoardNode> ReadItems(int depth)
    {
        var items = new List<BoardNode>();
        while (Next() is var next and not SequenceEnd)
        {
            items.Add(ReadNode(next, depth + 1));
        }

        return items;
    }

    private List<BoardEntry> ReadEntries(int depth)
    {
        var entries = new List<BoardEntry>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (Next() is var next and not MappingEnd)
        {
            var node = ReadNode(next, depth + 1);
            if (node is not BoardText { Value.Length: > 0 } key)
            {
                throw node.Error("a key");
            }

            if (!keys.Add(key.Value))
            {
                throw key.Error("each key once");
            }

            entries.Add(new BoardEntry(key, ReadNode(depth + 1)));
        }

        return entries;
    }

    private BoardFileException Error(ParsingEvent? at, string expected) =>
        new(PlaceOf(_file, at?.Start ?? Mark.Empty), expected);
}
