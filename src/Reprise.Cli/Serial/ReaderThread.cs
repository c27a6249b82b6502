namespace Reprise.Cli.Serial;

/// <summary>Reads a stream that may wait in a thread of its own. Its end is the end of what can come.</summary>
internal static class ReaderThread
{
    /// <param name="stream">A terminal, a pipe or a file; owned from here on.</param>
    /// <param name="arrival">Set whenever something came.</param>
    /// <param name="name">Of the thread.</param>
    /// <param name="menu">Takes the keys that are not for the guest; null when all are.</param>
    public static ByteQueue Start(Stream stream, AutoResetEvent arrival, string name, MenuKeys? menu = null)
    {
        var queue = new ByteQueue(arrival);
        new Thread(() => Read(stream, queue, menu)) { IsBackground = true, Name = name }.Start();
        return queue;
    }

    private static void Read(Stream stream, ByteQueue queue, MenuKeys? menu)
    {
        try
        {
            using (stream)
            {
                var buffer = new byte[4096];
                while (stream.Read(buffer) is > 0 and var count)
                {
                    queue.Put(buffer.AsSpan(0, menu?.Take(buffer.AsSpan(0, count)) ?? count));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // A stream that can't be read has nothing to say.
        }

        queue.Complete();
    }
}
