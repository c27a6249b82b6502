using System.Collections;

namespace Reprise.Emulation.Execution;

/// <summary>Which bytes of memory were ever run, so that what is written beside them costs no translation.</summary>
/// <param name="pageSize">Bytes of a page.</param>
internal sealed class CodeMap(int pageSize)
{
    private readonly Dictionary<int, BitArray> _pages = [];

    /// <summary>Bytes of a page were run.</summary>
    public void Add(int page, int offset, int count)
    {
        if (!_pages.TryGetValue(page, out var bytes))
        {
            bytes = new BitArray(pageSize);
            _pages.Add(page, bytes);
        }

        for (var i = offset; i < offset + count && i < pageSize; i++)
        {
            bytes[i] = true;
        }
    }

    /// <summary>Some of these bytes of a page were run.</summary>
    public bool Holds(int page, int offset, int count)
    {
        if (!_pages.TryGetValue(page, out var bytes))
        {
            return false;
        }

        for (var i = offset; i < offset + count && i < pageSize; i++)
        {
            if (bytes[i])
            {
                return true;
            }
        }

        return false;
    }
}
