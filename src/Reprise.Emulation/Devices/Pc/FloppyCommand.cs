namespace Reprise.Emulation.Devices.Pc;

/// <summary>The commands of a floppy controller (82077AA, table 5-1): what a first byte asks for, and how many follow.</summary>
internal static class FloppyCommand
{
    /// <summary>What a command does.</summary>
    public enum Kind : byte
    {
        /// <summary>There is no such command.</summary>
        Invalid,
        Read,
        Write,
        Verify,
        Format,
        ReadId,
        Specify,
        SenseDrive,
        Recalibrate,
        Seek,
        SenseInterrupt,
        DumpRegisters,
        Version,
        Perpendicular,
        Configure,
        Lock,
        PartId,
    }

    /// <summary>Multi-track, MFM and skip bits are no part of the commands that have them.</summary>
    public static Kind KindOf(byte command) => (command & 0x1F, command) switch
    {
        (0x06 or 0x0C, _) => Kind.Read,
        (0x05 or 0x09, _) when (command & 0x20) == 0 => Kind.Write,
        (0x16, _) => Kind.Verify,
        (_, 0x0D or 0x4D) => Kind.Format,
        (_, 0x0A or 0x4A) => Kind.ReadId,
        (_, 0x03) => Kind.Specify,
        (_, 0x04) => Kind.SenseDrive,
        (_, 0x07) => Kind.Recalibrate,
        (_, 0x0F) => Kind.Seek,
        (_, 0x08) => Kind.SenseInterrupt,
        (_, 0x0E) => Kind.DumpRegisters,
        (_, 0x10) => Kind.Version,
        (_, 0x12) => Kind.Perpendicular,
        (_, 0x13) => Kind.Configure,
        (_, 0x14 or 0x94) => Kind.Lock,
        (_, 0x18) => Kind.PartId,
        _ => Kind.Invalid,
    };

    /// <summary>Bytes of a command, the first included.</summary>
    public static byte LengthOf(byte command) => KindOf(command) switch
    {
        Kind.Read or Kind.Write or Kind.Verify => 9,
        Kind.Format => 6,
        Kind.Specify or Kind.Seek => 3,
        Kind.Configure => 4,
        Kind.ReadId or Kind.SenseDrive or Kind.Recalibrate or Kind.Perpendicular => 2,
        _ => 1,
    };
}
