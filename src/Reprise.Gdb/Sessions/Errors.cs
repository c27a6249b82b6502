namespace Reprise.Gdb.Sessions;

/// <summary>Error numbers in E replies: Unix's, as gdb prints them bare.</summary>
internal static class Errors
{
    /// <summary>Refused by the target.</summary>
    public const byte Refused = 0x01;

    /// <summary>EFAULT in decimal digits, which is what QEMU sends: nothing to read or write there.</summary>
    public const byte BadAddress = 0x14;

    /// <summary>EINVAL in decimal digits, likewise: the packet makes no sense.</summary>
    public const byte BadPacket = 0x22;

    /// <summary>ENOSPC in decimal digits.</summary>
    public const byte TooMany = 0x28;
}
