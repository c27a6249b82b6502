using System.Globalization;
using System.Text;
using Reprise.Emulation.Firmware;

namespace Reprise.Emulation.Boards;

/// <summary>A kernel that firmware loads, as files of the device that hands it out: part of the recording, as ROMs are.</summary>
public static class KernelFiles
{
    /// <summary>The kernel.</summary>
    public const string Kernel = "kernel";

    /// <summary>Its initial RAM disk.</summary>
    public const string Initrd = "initrd";

    /// <summary>Its command line, UTF-8.</summary>
    public const string CommandLine = "append";

    /// <summary>The texts of a Multiboot kernel's modules, UTF-8, a line each; their files are numbered from 0.</summary>
    public const string ModuleTexts = "modules";

    /// <summary>Whether a file is a kernel that needs firmware to load it.</summary>
    public static bool Accepts(ReadOnlySpan<byte> bytes) => LinuxKernel.Accepts(bytes);

    /// <summary>Whether a file is a kernel that firmware can load, and that could also start without.</summary>
    public static bool IsMultiboot(ReadOnlySpan<byte> bytes) => MultibootHeader.Find(bytes) is not null;

    /// <summary>The name of a file among a board's ROMs.</summary>
    public static string NameOf(string device, string file) => $"{device}.{file}";

    /// <summary>The name of the file of a module among the device's.</summary>
    public static string ModuleName(int index) => string.Create(CultureInfo.InvariantCulture, $"module{index}");

    /// <summary>Modules of a Multiboot kernel, each with its text.</summary>
    /// <param name="find">A file of the device's; empty if there is none.</param>
    internal static IReadOnlyList<(string Text, ReadOnlyMemory<byte> Content)> Modules(Func<string, ReadOnlyMemory<byte>> find)
    {
        var texts = Encoding.UTF8.GetString(find(ModuleTexts).Span);
        return texts.Length == 0 ? []
            : [.. texts.Split('\n').Select((text, index) => (text, find(ModuleName(index))))];
    }
}
