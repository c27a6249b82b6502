namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// What walks of the tables found, by page: good until a table changes, as long as every change is told. A small table
/// where a page has one place.
/// </summary>
internal sealed class WalkCache
{
    private const int Places = 512;
    private const int PageBits = 12;

    private readonly Entry[] _entries = new Entry[Places];
    private ulong _age = 1;

    /// <summary>Forgets everything.</summary>
    public void Forget() => _age++;

    /// <summary>The place of a page; it holds another one's walk unless <see cref="Holds"/> says so.</summary>
    public ref Entry PlaceOf(ulong address) => ref _entries[(address >> PageBits) % Places];

    /// <summary>Whether a place has the walk of an address's page, and it is still good.</summary>
    public bool Holds(in Entry place, ulong address) => place.Age == _age && place.Page == address >> PageBits;

    /// <summary>Keeps a walk in the place of its page.</summary>
    public void Keep(ref Entry place, ulong address, in PageWalk walk)
    {
        place.Age = _age;
        place.Page = address >> PageBits;
        place.Walk = walk;
        place.IsNotedRead = false;
        place.IsNotedWrite = false;
    }

    /// <summary>A place.</summary>
    public struct Entry
    {
        /// <summary>Of the cache when it was kept; 0 is never.</summary>
        public ulong Age;

        /// <summary>The number of the page.</summary>
        public ulong Page;

        /// <summary>The walk to the page's first byte.</summary>
        public PageWalk Walk;

        /// <summary>The tables have all accessed bits that a read sets.</summary>
        public bool IsNotedRead;

        /// <summary>The tables have all accessed and dirty bits that a write sets.</summary>
        public bool IsNotedWrite;
    }
}
