namespace Reprise.Cli.Serial;

/// <summary>Reads stdin in a thread of its own: a terminal, a pipe or a file. Its end is the end of what can come.</summary>
internal static class StandardInput
{
    public static ByteQueue Open(AutoResetEvent arrival)
    {
        var queue = new ByteQueue(arrival);
        var thread = new Thread(() => Read(queue)) { IsBackground = true, Name = "stdin" };
        thread.Start();
        return queue;
    }

    private static void Read(ByteQueue queue)
    {
        try
        {
            using var stream = Console.OpenStandardInput();
            var buffer = new byte[4096];
            while (stream.Read(buffer) is > 0 and var count)
            {
                queue.Put(buffer.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A stdin that can't be read has nothing to say.
        }

        queue.Complete();
    }
}
