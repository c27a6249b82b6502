namespace Reprise.Gdb.Server;

/// <summary>One client's bytes, both ways. What fails throws <see cref="IOException"/>: the client is gone.</summary>
internal abstract class ClientStream : IDisposable
{
    /// <summary>Whether <see cref="Receive"/> would answer at once, waiting so long at most.</summary>
    public abstract bool Poll(int waitMicroseconds);

    /// <summary>Takes what is there, or waits; 0 is the end.</summary>
    public abstract int Receive(Span<byte> buffer);

    /// <summary>Sends all of it.</summary>
    public abstract void Send(ReadOnlySpan<byte> bytes);

    public abstract void Dispose();
}
