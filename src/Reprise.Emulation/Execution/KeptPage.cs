using System.Runtime.InteropServices;

namespace Reprise.Emulation.Execution;

/// <summary>What emitted code knows of a kept page; it names the fields by their offsets below.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KeptPage
{
    public const int HostOffset = 0;
    public const int ReadableOffset = 8;
    public const int WritableOffset = 12;
    public const int SizeBits = 4;

    /// <summary>Parts of a page that rights are known of; a bit each.</summary>
    public const int Parts = 32;

    /// <summary>Its memory; zero for a device's page.</summary>
    public nint Host;

    /// <summary>Parts that may be read, or written, with nothing else to do. All others are asked about.</summary>
    public uint Readable;
    public uint Writable;
}
