namespace Reprise.Cli.Serial;

/// <summary>The host's side of one serial port. Writing never throws: it is called from inside the guest's run.</summary>
internal abstract class SerialSide : IDisposable
{
    /// <summary>What comes in; null when nothing ever does.</summary>
    public virtual IByteSource? Input => null;

    /// <summary>Why nothing can be written any more; null when all is well.</summary>
    public virtual Exception? Problem => null;

    public abstract void Write(byte value);

    /// <summary>Hands on what was written so far.</summary>
    public virtual void Flush()
    {
    }

    public virtual void Dispose()
    {
    }
}
