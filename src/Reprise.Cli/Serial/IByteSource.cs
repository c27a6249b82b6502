namespace Reprise.Cli.Serial;

/// <summary>Bytes that come into the guest.</summary>
internal interface IByteSource
{
    /// <summary>False when nothing is left and nothing will come.</summary>
    bool CanDeliver { get; }

    bool HasByte { get; }

    /// <summary>Takes a byte that is there; does not wait for one.</summary>
    bool TryTake(out byte value);
}
