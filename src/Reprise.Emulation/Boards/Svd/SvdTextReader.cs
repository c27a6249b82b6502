using System.Xml;
using Reprise.Emulation.Boards.Files;

namespace Reprise.Emulation.Boards.Svd;

/// <summary>
/// Reads the text of a CMSIS-SVD file into elements. The text may be anyone's: it is bounded in length, in depth and in
/// elements, and may have no DTD, and so no entities. What is not about registers is passed over.
/// </summary>
internal sealed class SvdTextReader
{
    /// <summary>Characters of an SVD file; those of the vendors have up to 10 million.</summary>
    public const int MaxLength = 1 << 24;

    private const int MaxDepth = 24;
    private const int MaxElements = 1_000_000;

    private static readonly HashSet<string> _ignored = new(StringComparer.Ordinal)
    {
        "fields", "interrupt", "description", "cpu", "vendorExtensions", "licenseText", "enumeratedValues",
        "dimArrayIndex", "writeConstraint",
    };

    private readonly string _file;
    private readonly XmlReader _reader;
    private int _elements;

    private SvdTextReader(string file, XmlReader reader) => (_file, _reader) = (file, reader);

    private FilePlace Place => _reader is IXmlLineInfo { LineNumber: > 0 } line
        ? new FilePlace(_file, line.LineNumber, Math.Max(line.LinePosition, 1))
        : new FilePlace(_file, 1, 1);

    /// <summary>The element that is the whole text.</summary>
    /// <param name="file">Its name, for errors.</param>
    /// <param name="text">XML.</param>
    /// <exception cref="BoardFileException">It is no such text.</exception>
    public static SvdElement Read(string file, string text)
    {
        if (text.Length > MaxLength)
        {
            throw new BoardFileException(
                new FilePlace(file, 1, 1), $"at most {MaxLength} characters, found {text.Length}");
        }

        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
        };
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), settings);
            reader.MoveToContent();
            var result = new SvdTextReader(file, reader).ReadElement(depth: 0);
            while (reader.Read())
            {
                // Behind the last element only XML's own errors can be.
            }

            return result;
        }
        catch (XmlException e)
        {
            throw new BoardFileException(
                new FilePlace(file, Math.Max(e.LineNumber, 1), Math.Max(e.LinePosition, 1)), $"XML ({e.Message})", e);
        }
    }

    private SvdElement ReadElement(int depth)
    {
        var place = Place;
        if (++_elements > MaxElements || depth > MaxDepth)
        {
            throw new BoardFileException(place, $"at most {MaxElements} elements, {MaxDepth} deep");
        }

        var tag = _reader.LocalName;
        var derivedFrom = _reader.GetAttribute("derivedFrom");
        var children = new List<SvdElement>();
        var text = "";
        if (_reader.IsEmptyElement)
        {
            _reader.Read();
            return new SvdElement(tag, place, text, derivedFrom, children);
        }

        _reader.Read();
        while (_reader.NodeType != XmlNodeType.EndElement)
        {
            if (_reader.NodeType == XmlNodeType.Element && _ignored.Contains(_reader.LocalName))
            {
                Skip();
            }
            else if (_reader.NodeType == XmlNodeType.Element)
            {
                children.Add(ReadElement(depth + 1));
            }
            else
            {
                text = _reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA ? _reader.Value.Trim() : text;
                _reader.Read();
            }
        }

        _reader.Read();
        return new SvdElement(tag, place, text, derivedFrom, children);
    }

    // XmlReader.Skip takes any depth, in a loop; the elements count here too.
    private void Skip()
    {
        var depth = _reader.Depth;
        if (_reader.IsEmptyElement)
        {
            _reader.Read();
            return;
        }

        while (_reader.Read() && _reader.Depth > depth)
        {
            if (_reader.Depth > depth + MaxDepth)
            {
                throw new BoardFileException(Place, $"at most {MaxElements} elements, {MaxDepth} deep");
            }
        }

        _reader.Read();
    }
}
