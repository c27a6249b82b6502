namespace Reprise.Emulation.Cpus.X86;

/// <summary>An exception of the guest (SDM volume 3, 6.3).</summary>
/// <param name="Vector">Its number.</param>
/// <param name="ErrorCode">Pushed for those that have one.</param>
/// <param name="Address">What CR2 becomes with a page fault.</param>
internal readonly record struct GuestFault(byte Vector, uint ErrorCode = 0, ulong Address = 0)
{
    public const byte Debug = 1;
    public const byte Nmi = 2;
    public const byte Breakpoint = 3;
    public const byte Overflow = 4;
    public const byte InvalidOpcode = 6;
    public const byte Double = 8;
    public const byte InvalidTss = 10;
    public const byte NotPresent = 11;
    public const byte Stack = 12;
    public const byte Protection = 13;
    public const byte PageFault = 14;
    public const byte Coprocessor = 16;
    public const byte Alignment = 17;
    public const byte MachineCheck = 18;
    public const byte VectorArithmetic = 19;

    /// <summary>Table 6-1: these push an error code.</summary>
    public bool HasErrorCode => Vector is Double or (>= InvalidTss and <= PageFault) or Alignment;

    /// <summary>Table 6-4: benign ones never make a double fault.</summary>
    public bool IsContributory => Vector is 0 or (>= InvalidTss and <= Protection);

    /// <summary>Table 6-1: the instruction has not run, and may again.</summary>
    public bool IsFault => Vector is not (Debug or Nmi or Breakpoint or Overflow or Double or MachineCheck);

    public static GuestFault Page(ulong address, uint errorCode) => new(PageFault, errorCode, address);

    /// <summary>Two in a row, of which the second came while the first was entered (table 6-5); null is a shutdown.</summary>
    public static GuestFault? Combine(GuestFault first, GuestFault second) => first.Vector switch
    {
        _ when second.Vector == Debug => second, // of a task that traps when it is entered
        Double => null,
        PageFault when second.IsContributory || second.Vector == PageFault => new GuestFault(Double),
        _ when first.IsContributory && second.IsContributory => new GuestFault(Double),
        _ => second,
    };
}
