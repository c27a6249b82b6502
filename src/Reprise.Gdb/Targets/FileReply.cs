namespace Reprise.Gdb.Targets;

/// <summary>What a debugger says of a call that it was asked to make: its word only, whatever it is.</summary>
/// <param name="Result">The call's result; below zero for an error.</param>
/// <param name="Error">gdb's number of the error; 0 for none.</param>
/// <param name="Interrupted">The user wants the guest to stop.</param>
public readonly record struct FileReply(long Result, int Error, bool Interrupted);
