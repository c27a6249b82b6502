using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Monitor;

/// <summary>A named position.</summary>
/// <param name="Name">As the user typed it: one word.</param>
/// <param name="Branch">The branch that the position belongs to.</param>
/// <param name="Position">Where it is.</param>
/// <param name="Time">Virtual time there, in ns.</param>
/// <param name="ProgramCounter">Address of the instruction that is next there.</param>
internal sealed record Bookmark(string Name, History Branch, ulong Position, ulong Time, ulong ProgramCounter);
