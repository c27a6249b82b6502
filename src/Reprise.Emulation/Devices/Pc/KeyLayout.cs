namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// Which keys type a byte: a character of ASCII on a US keyboard, a control character, or from 80h on the key whose scan
/// code of set 1 the low seven bits are. Keys are told by that code; the PS/2 keyboard itself speaks set 2.
/// </summary>
internal static class KeyLayout
{
    public const byte Shift = 0x2A;
    public const byte Control = 0x1D;

    // Keys by scan code of set 1, from 2 on (IBM PC AT technical reference, "keyboard"), without and with shift.
    private const string Plain = "1234567890-=\b\tqwertyuiop[]\n\0asdfghjkl;'`\0\\zxcvbnm,./\0\0\0 ";
    private const string Shifted = "!@#$%^&*()_+\0\0QWERTYUIOP{}\0\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0\0\0\0";
    private const byte First = 2;
    private const byte Escape = 1;

    // Set 2 of the keys of set 1, by code: 00h to 58h; 0 where there is no key.
    private static ReadOnlySpan<byte> SecondSet =>
    [
        0x00, 0x76, 0x16, 0x1E, 0x26, 0x25, 0x2E, 0x36, 0x3D, 0x3E, 0x46, 0x45, 0x4E, 0x55, 0x66, 0x0D,
        0x15, 0x1D, 0x24, 0x2D, 0x2C, 0x35, 0x3C, 0x43, 0x44, 0x4D, 0x54, 0x5B, 0x5A, 0x14, 0x1C, 0x1B,
        0x23, 0x2B, 0x34, 0x33, 0x3B, 0x42, 0x4B, 0x4C, 0x52, 0x0E, 0x12, 0x5D, 0x1A, 0x22, 0x21, 0x2A,
        0x32, 0x31, 0x3A, 0x41, 0x49, 0x4A, 0x59, 0x7C, 0x11, 0x29, 0x58, 0x05, 0x06, 0x04, 0x0C, 0x03,
        0x0B, 0x83, 0x0A, 0x01, 0x09, 0x77, 0x7E, 0x6C, 0x75, 0x7D, 0x7B, 0x6B, 0x73, 0x74, 0x79, 0x69,
        0x72, 0x7A, 0x70, 0x71, 0x84, 0x00, 0x61, 0x78, 0x07,
    ];

    /// <summary>The key of a byte and the one held with it, 0 for none; key 0 when no key types it.</summary>
    public static (byte Key, byte Held) Find(byte value)
    {
        if (value >= 0x80)
        {
            return ((byte)(value & 0x7F), 0);
        }

        var character = value == '\r' ? '\n' : (char)value;
        if (character == 0)
        {
            return (0, 0);
        }

        if (character == 0x1B)
        {
            return (Escape, 0);
        }

        var index = Plain.IndexOf(character, StringComparison.Ordinal);
        if (index >= 0)
        {
            return ((byte)(First + index), 0);
        }

        index = Shifted.IndexOf(character, StringComparison.Ordinal);
        return index >= 0 ? ((byte)(First + index), Shift)
            : character < 0x1B ? ((byte)(First + Plain.IndexOf((char)(character + 0x60), StringComparison.Ordinal)), Control)
            : ((byte)0, (byte)0);
    }

    /// <summary>The code of set 2 of a key of set 1; 0 when there is none.</summary>
    public static byte ToSecondSet(byte key) => key < SecondSet.Length ? SecondSet[key] : (byte)0;
}
