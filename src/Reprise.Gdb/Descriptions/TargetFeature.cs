using System.Globalization;
using System.Text;

namespace Reprise.Gdb.Descriptions;

/// <summary>A set of registers under one of gdb's well-known feature names.</summary>
/// <param name="Name">Such as <c>org.gnu.gdb.arm.m-profile</c>.</param>
/// <param name="Annex">The file name gdb asks for.</param>
/// <param name="Registers">In any order; numbers are unique in the whole description.</param>
/// <param name="Types">XML of the types the registers use beyond gdb's own.</param>
public sealed record TargetFeature(
    string Name,
    string Annex,
    IReadOnlyList<TargetRegister> Registers,
    string Types = "")
{
    /// <summary>The annex's text.</summary>
    public string ToXml()
    {
        var xml = new StringBuilder();
        xml.Append("<?xml version=\"1.0\"?>\n<!DOCTYPE feature SYSTEM \"gdb-target.dtd\">\n");
        xml.Append(CultureInfo.InvariantCulture, $"<feature name=\"{Name}\">\n").Append(Types);
        foreach (var register in Registers)
        {
            xml.Append(CultureInfo.InvariantCulture, $"  <reg name=\"{register.Name}\" bitsize=\"{register.BitSize}\"");
            xml.Append(CultureInfo.InvariantCulture, $" regnum=\"{register.Number}\"");
            xml.Append(register.Type is null ? "" : $" type=\"{register.Type}\"");
            xml.Append(register.Group is null ? "" : $" group=\"{register.Group}\"");
            xml.Append("/>\n");
        }

        return xml.Append("</feature>\n").ToString();
    }
}
