using System.Text;

namespace Reprise.Cli.Terminal;

/// <summary>The name the program was called by, which a link to it changes.</summary>
internal static class ProgramName
{
    /// <summary>proc(5): the arguments, each with a zero behind it; .NET does not hand on the first.</summary>
    private const string File = "/proc/self/cmdline";

    /// <returns>Empty where the system does not tell.</returns>
    public static string AsCalled()
    {
        try
        {
            return Encoding.UTF8.GetString(System.IO.File.ReadAllBytes(File)).Split('\0')[0];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
