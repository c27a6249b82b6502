namespace Reprise.Gdb.Server;

/// <summary>One client's bytes, both ways. What fails throws <see cref="IOException"/>: the client is gone.</summary>
internal abstract class ClientStream : IDisposable
{
    /// <summary>Takes what is there, or what comes in time.</summary>
    /// <param name="buffer">Where to; not empty.</param>
    /// <param name="waitMicroseconds">How long to wait for the first byte; 0 only looks.</param>
    /// <param name="count">Bytes taken; 0 is the end.</param>
    /// <returns>False when nothing came.</returns>
    public abstract bool TryReceive(Span<byte> buffer, int waitMicroseconds, out int count);

    /// <summary>Sends all of it.</summary>
    public abstract void Send(ReadOnlySpan<byte> bytes);

    public abstract void Dispose();
}
