namespace Reprise.Gdb.Targets;

/// <summary>Numbered as in the packets Z0 to Z4.</summary>
public enum BreakpointKind
{
    Software = 0,
    Hardware = 1,
    WriteWatch = 2,
    ReadWatch = 3,
    AccessWatch = 4,
}
