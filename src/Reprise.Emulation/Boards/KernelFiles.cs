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

    /// <summary>Whether a file is a kernel that needs firmware to load it.</summary>
    public static bool Accepts(ReadOnlySpan<byte> bytes) => LinuxKernel.Accepts(bytes);

    /// <summary>The name of a file among a board's ROMs.</summary>
    public static string NameOf(string device, string file) => $"{device}.{file}";
}
