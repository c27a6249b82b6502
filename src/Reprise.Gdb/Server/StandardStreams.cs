using Waiting = System.Threading.Monitor;

namespace Reprise.Gdb.Server;

/// <summary>
/// The one client at stdin and stdout: gdb's <c>target remote | reprise ...</c>. A thread reads, as a pipe can't be polled.
/// </summary>
internal sealed class StandardStreams : ClientStream
{
    /// <summary>Bytes read ahead; more than any packet.</summary>
    private const int QueueSize = 0x10000;

    private readonly Stream _input;
    private readonly Stream _output;
    private readonly object _lock = new();
    private readonly Queue<byte> _queue = new();
    private bool _ended;

    public StandardStreams(Stream input, Stream output)
    {
        _input = input;
        _output = output;
        new Thread(Read) { IsBackground = true, Name = "gdb stdin" }.Start();
    }

    public override bool TryReceive(Span<byte> buffer, int waitMicroseconds, out int count)
    {
        lock (_lock)
        {
            if (_queue.Count == 0 && !_ended && waitMicroseconds > 0)
            {
                Waiting.Wait(_lock, waitMicroseconds / 1000);
            }

            count = 0;
            while (count < buffer.Length && _queue.TryDequeue(out var value))
            {
                buffer[count++] = value;
            }

            Waiting.PulseAll(_lock);
            return count > 0 || _ended;
        }
    }

    public override void Send(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        _output.Flush();
    }

    public override void Dispose()
    {
        // stdin and stdout are the process's; the thread ends with it.
    }

    private void Read()
    {
        var buffer = new byte[4096];
        var count = 0;
        do
        {
            try
            {
                count = _input.Read(buffer);
            }
            catch (IOException)
            {
                count = 0;
            }

            lock (_lock)
            {
                while (_queue.Count >= QueueSize)
                {
                    Waiting.Wait(_lock);
                }

                foreach (var value in buffer.AsSpan(0, count))
                {
                    _queue.Enqueue(value);
                }

                _ended = count == 0;
                Waiting.PulseAll(_lock);
            }
        }
        while (count > 0);
    }
}
