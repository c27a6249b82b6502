namespace Reprise.Emulation.Devices.Pc.Vga;

/// <summary>The characters of a PC's fonts.</summary>
internal static class CodePage437
{
    private const string Controls = " ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼";

    private const string Upper =
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
        + "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

    public static char ToUnicode(byte character) => character switch
    {
        < 0x20 => Controls[character],
        0x7F => '⌂',
        >= 0x80 => Upper[character - 0x80],
        _ => (char)character,
    };
}
