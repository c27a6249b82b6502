using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.TimeTravel.Snapshots;

/// <summary>
/// All of a machine that snapshots hold as pages, by number: memory, then the contents of devices, a page of each in
/// turn, since they grow.
/// </summary>
internal sealed class MachinePages
{
    private readonly Machine _machine;
    private readonly PagedStore[] _stores;

    public MachinePages(Machine machine)
    {
        _machine = machine;
        _stores = [.. machine.Devices.Select(mapping => mapping.Device).OfType<IPagedContents>().Distinct()
            .Select(device => device.Contents).OfType<PagedStore>()];
        var most = _stores.Length == 0 ? 0 : _stores.Max(store => store.Capacity);
        Capacity = machine.Memory.PageCount + most * _stores.Length;
    }

    /// <summary>Numbers are below this.</summary>
    public int Capacity { get; }

    /// <summary>Pages that may be other than zero.</summary>
    public IEnumerable<int> Used()
    {
        for (var page = 0; page < _machine.Memory.PageCount; page++)
        {
            if (_machine.Memory.Pages.EverWritten(page))
            {
                yield return page;
            }
        }

        for (var store = 0; store < _stores.Length; store++)
        {
            for (var page = 0; page < _stores[store].Count; page++)
            {
                yield return NumberOf(store, page);
            }
        }
    }

    /// <summary>Every page there is.</summary>
    public IEnumerable<int> All() => Enumerable.Range(0, _machine.Memory.PageCount).Concat(
        _stores.SelectMany((store, number) => Enumerable.Range(0, store.Count).Select(page => NumberOf(number, page))));

    /// <summary>Pages written since <see cref="Begin"/>, ascending.</summary>
    public List<int> Written()
    {
        var tracker = _machine.Engine.Pages;
        var written = new List<int>();
        foreach (var page in tracker.Touched)
        {
            if ((tracker.AccessTo(page) & PagePermissions.Write) != 0)
            {
                written.Add(page);
            }
        }

        for (var store = 0; store < _stores.Length; store++)
        {
            foreach (var page in _stores[store].Written)
            {
                written.Add(NumberOf(store, page));
            }
        }

        written.Sort();
        return written;
    }

    /// <summary>Begins a new interval.</summary>
    public void Begin()
    {
        _machine.Engine.BeginInterval();
        foreach (var store in _stores)
        {
            store.Begin();
        }
    }

    /// <summary>A page's bytes.</summary>
    public ReadOnlySpan<byte> Page(int number) =>
        Find(number) is var (store, page) ? store.Page(page) : _machine.Memory.Page(number);

    /// <summary>Makes a page what a snapshot says.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="content">Null for zeros.</param>
    public void Put(int number, SharedPage? content)
    {
        if (Find(number) is var (store, page))
        {
            store.Put(page, content is null ? [] : content.Bytes);
            return;
        }

        var bytes = _machine.Memory.Page(number);
        if (content is null)
        {
            bytes.Clear();
        }
        else
        {
            content.Bytes.CopyTo(bytes);
        }

        _machine.Engine.InvalidateCode(number);
    }

    private int NumberOf(int store, int page) => _machine.Memory.PageCount + page * _stores.Length + store;

    private (PagedStore Store, int Page)? Find(int number)
    {
        if (number < _machine.Memory.PageCount)
        {
            return null;
        }

        var (page, store) = Math.DivRem(number - _machine.Memory.PageCount, _stores.Length);
        return (_stores[store], page);
    }
}
