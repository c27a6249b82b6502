namespace Reprise.Cli.Input;

/// <summary>A line of an input script.</summary>
/// <param name="Number">Its number in the file, from 1.</param>
/// <param name="Position">When its bytes come.</param>
/// <param name="Port">The input port they come to.</param>
/// <param name="Bytes">What comes; at least one.</param>
internal sealed record InputLine(int Number, ulong Position, string Port, ReadOnlyMemory<byte> Bytes);
