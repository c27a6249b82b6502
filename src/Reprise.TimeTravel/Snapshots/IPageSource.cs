namespace Reprise.TimeTravel.Snapshots;

/// <summary>Holds pages that are brought into memory when they are looked at.</summary>
public interface IPageSource
{
    /// <summary>Sources that come one after the other are read in that order.</summary>
    long Order { get; }

    /// <summary>What holds the pages.</summary>
    /// <exception cref="IOException">It can't be read any more.</exception>
    /// <exception cref="Recording.RecordingException">It is not what it was.</exception>
    ReadOnlyMemory<byte> Read();
}
