using System.Text;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// A kernel that a boot loader would put into memory and start: where its parts go, and the code that starts it.
/// <see cref="KernelRom"/> copies the parts inside the machine. They are the items of fw_cfg that QEMU has for them.
/// </summary>
internal abstract class KernelLoad
{
    /// <summary>The name of its ROM among fw_cfg's files.</summary>
    public const string RomFile = "genroms/kernel.rom";

    /// <summary>What a BIOS calls it in its boot menu.</summary>
    public abstract string Title { get; }

    /// <summary>In the order in which they are copied.</summary>
    public abstract IReadOnlyList<Part> Parts { get; }

    /// <summary>fw_cfg's list of what to boot first: the ROM's entry.</summary>
    public static byte[] BootOrder => Encoding.ASCII.GetBytes($"/rom@{RomFile}\0");

    /// <summary>Code for real mode that runs behind the copying, with interrupts off, and does not return.</summary>
    /// <param name="offset">Where in the ROM's segment it is.</param>
    public abstract byte[] StartCode(int offset);

    /// <summary>A part: the numbers of its items, where it goes, and what it is.</summary>
    internal sealed record Part(FwCfgKey Key, uint Address, byte[] Content);
}
