using System.Globalization;
using Reprise.Emulation.Boards;

namespace Reprise.Emulation.Devices.Network;

/// <summary>The option <c>mac</c> of a network device: six bytes, as 52-54-00-12-34-56.</summary>
internal static class MacAddress
{
    private const int Bytes = 6;

    /// <returns>The address, its first byte lowest.</returns>
    /// <exception cref="Boards.Files.BoardFileException">It is no such address.</exception>
    public static ulong Read(DeviceSite site)
    {
        var parts = site.Options.Text("mac").Split('-');
        var address = 0ul;
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts.Length != Bytes
                || !byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var part))
            {
                throw site.Options.Error("mac", "six bytes, as 52-54-00-12-34-56");
            }

            address |= (ulong)part << (8 * i);
        }

        return address;
    }
}
