namespace Reprise.Unicorn;

/// <summary>Error codes of the Unicorn library (<c>uc_err</c>).</summary>
public enum UnicornError
{
    Ok,
    NoMemory,
    UnsupportedArchitecture,
    BadHandle,
    BadMode,
    BadVersion,
    ReadUnmapped,
    WriteUnmapped,
    FetchUnmapped,
    BadHook,
    InvalidInstruction,
    BadMap,
    WriteProtected,
    ReadProtected,
    FetchProtected,
    BadArgument,
    ReadUnaligned,
    WriteUnaligned,
    FetchUnaligned,
    HookExists,
    ResourceLimit,
    Exception,
    Overflow,
}
