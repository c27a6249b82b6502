using System.Collections;

namespace Reprise.TimeTravel.Travel;

/// <summary>The first items of another list, shared, and items of its own behind them.</summary>
/// <param name="parent">Whose items come first; null for none. It may grow on, but never changes.</param>
/// <param name="shared">How many.</param>
internal sealed class ForkedList<T>(IReadOnlyList<T>? parent, int shared) : IReadOnlyList<T>
{
    private readonly List<T> _own = [];

    public int Count => shared + _own.Count;

    public T this[int index] => index < shared ? parent![index] : _own[index - shared];

    public void Add(T item) => _own.Add(item);

    public IEnumerator<T> GetEnumerator() => (parent?.Take(shared) ?? []).Concat(_own).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
