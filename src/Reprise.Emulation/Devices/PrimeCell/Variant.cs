using Reprise.Emulation.Boards;

namespace Reprise.Emulation.Devices.PrimeCell;

/// <summary>Whose version of a PrimeCell it is.</summary>
internal enum Variant
{
    /// <summary>As Arm has it.</summary>
    Arm,

    /// <summary>As Luminary Micro put it into the Stellaris: other identifiers, and pins with more registers.</summary>
    Stellaris,
}

/// <summary>Reads it from a board file.</summary>
internal static class VariantOption
{
    private static readonly Dictionary<string, Variant> _names = new()
    {
        ["arm"] = Variant.Arm,
        ["stellaris"] = Variant.Stellaris,
    };

    /// <summary>The value of <c>variant:</c>, Arm's unless given.</summary>
    /// <exception cref="Boards.Files.BoardFileException">It is another word.</exception>
    public static Variant Read(DeviceSite site) => site.Options.OneOf("variant", _names, "arm");
}
