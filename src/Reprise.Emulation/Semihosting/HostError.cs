namespace Reprise.Emulation.Semihosting;

/// <summary>
/// What SYS_ERRNO answers. The specification leaves the numbers to the host; these are the ones newlib has too.
/// </summary>
public enum HostError : uint
{
    None = 0,
    NoEntry = 2,
    InputOutput = 5,
    BadHandle = 9,
    AccessDenied = 13,
    BadAddress = 14,
    InvalidArgument = 22,
    TooManyOpen = 24,
    NotSeekable = 29,
    NotImplemented = 88,
    NameTooLong = 91,
}
