namespace Reprise.Gdb.Targets;

/// <summary>Numbered as in the packets Z0 to Z4, and what Z2 means to gdb.</summary>
public enum BreakpointKind
{
    Software = 0,
    Hardware = 1,
    WriteWatch = 2,
    ReadWatch = 3,
    AccessWatch = 4,

    /// <summary>Writes that change what is there.</summary>
    ChangeWatch = 5,
}
