namespace Reprise.Unicorn;

/// <summary>A call into Unicorn failed: the operation and the library's error code.</summary>
public sealed class UnicornException(string operation, UnicornError error)
    : Exception($"Unicorn: {operation} failed with {error} ({(int)error})")
{
    public string Operation { get; } = operation;

    public UnicornError Error { get; } = error;
}
