using Reprise.Cli.Terminal;

namespace Reprise.Cli.Serial;

/// <summary>Output to a stream: soon, but not with a system call a byte. No input unless a reader is given.</summary>
internal sealed class StreamSide : SerialSide
{
    private const int BufferSize = 4096;

    private readonly Stream _output;
    private readonly IByteSource? _input;
    private readonly int _flushMilliseconds;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly Lock _lock = new();
    private readonly Timer _timer;
    private int _count;
    private volatile Exception? _problem;

    /// <param name="output">Owned from here on.</param>
    /// <param name="input">What comes in, if anything does.</param>
    /// <param name="flushMilliseconds">How long a byte waits for more.</param>
    public StreamSide(Stream output, IByteSource? input = null, int flushMilliseconds = 20)
    {
        _flushMilliseconds = flushMilliseconds;
        _output = output;
        _input = input;
        _timer = new Timer(_ => Flush(), null, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>What stands on the same terminal; null when nothing does.</summary>
    public ProgressLine? Progress { get; set; }

    public override IByteSource? Input => _input;

    public override Exception? Problem => _problem;

    public override void Write(byte value)
    {
        lock (_lock)
        {
            if (_count == 0)
            {
                _timer.Change(_flushMilliseconds, Timeout.Infinite);
            }

            _buffer[_count++] = value;
            if (_count == _buffer.Length)
            {
                Flush();
            }
        }
    }

    public override void Flush()
    {
        lock (_lock)
        {
            try
            {
                var text = _buffer.AsSpan(0, _count);
                if (_count > 0 && _problem is null && Progress is { } progress)
                {
                    progress.GiveWay(_output, text);
                }
                else if (_count > 0 && _problem is null)
                {
                    _output.Write(text);
                    _output.Flush();
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                _problem = e;
            }

            _count = 0;
        }
    }

    public override void Dispose()
    {
        _timer.Dispose();
        Flush();
        lock (_lock)
        {
            _output.Dispose();
        }
    }
}
