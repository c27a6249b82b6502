namespace Reprise.Cli.Serial;

/// <summary>
/// Bytes on their way from a reader thread to the guest. Bounded: a reader that is faster than the guest waits, so that
/// a large file on stdin does not end up in memory.
/// </summary>
internal sealed class ByteQueue(AutoResetEvent arrival) : IByteSource
{
    private const int Capacity = 64 << 10;

    private readonly Queue<byte> _bytes = new();
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _space = new(false);
    private bool _complete;

    public bool CanDeliver
    {
        get
        {
            lock (_lock)
            {
                return _bytes.Count > 0 || !_complete;
            }
        }
    }

    public bool HasByte
    {
        get
        {
            lock (_lock)
            {
                return _bytes.Count > 0;
            }
        }
    }

    /// <summary>Called by the one reader thread; waits for space.</summary>
    public void Put(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            lock (_lock)
            {
                var count = Math.Min(bytes.Length, Capacity - _bytes.Count);
                foreach (var value in bytes[..count])
                {
                    _bytes.Enqueue(value);
                }

                bytes = bytes[count..];
            }

            arrival.Set();
            if (!bytes.IsEmpty)
            {
                _space.WaitOne();
            }
        }
    }

    /// <summary>Nothing more will come.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _complete = true;
        }

        arrival.Set();
    }

    public bool TryTake(out byte value)
    {
        lock (_lock)
        {
            if (!_bytes.TryDequeue(out value))
            {
                return false;
            }
        }

        _space.Set();
        return true;
    }
}
