namespace Reprise.TimeTravel.Hosting;

/// <summary>What a semihosting guest reads as its standard input.</summary>
public interface IConsoleInput
{
    /// <summary>Nothing will come any more.</summary>
    bool AtEnd { get; }

    /// <summary>Takes a byte that is there; does not wait for one.</summary>
    bool TryRead(out byte value);
}
