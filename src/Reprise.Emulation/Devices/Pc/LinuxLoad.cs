using System.Buffers.Binary;
using System.Text;
using Reprise.Emulation.Firmware;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// Where the parts of a Linux kernel go, and the header by which it finds them (Documentation/arch/x86/boot.rst): what a
/// boot loader does, but for the copying, which <see cref="KernelRom"/> does inside the machine. The parts are the items
/// of fw_cfg that QEMU has for them.
/// </summary>
internal sealed class LinuxLoad
{
    /// <summary>The name of its ROM among fw_cfg's files.</summary>
    public const string RomFile = "genroms/kernel.rom";

    /// <summary>The segment of the code for real mode.</summary>
    public const ushort SetupSegment = 0x1000;

    /// <summary>In that segment: where the stack ends that grows down, and the command line begins.</summary>
    public const ushort HeapEnd = 0xE000;

    private const uint SetupAddress = SetupSegment * 16u;
    private const uint CommandLineAddress = SetupAddress + HeapEnd;
    private const uint KernelAddress = 1 << 20;
    private const int LongestCommandLine = 2048;

    // At the top firmware keeps ACPI tables and the like.
    private const uint FirmwareRoom = 1 << 20;

    private const byte UnnamedLoader = 0xFF;
    private const byte CanUseHeap = 0x80;

    /// <param name="kernel">A bzImage.</param>
    /// <param name="initrd">The initial RAM disk; empty for none.</param>
    /// <param name="commandLine">Without a zero at its end.</param>
    /// <param name="ramSize">Bytes of RAM from 0 on.</param>
    /// <param name="name">What errors call the kernel.</param>
    /// <exception cref="FirmwareException">It is none, or does not fit.</exception>
    public LinuxLoad(
        ReadOnlyMemory<byte> kernel, ReadOnlyMemory<byte> initrd, ReadOnlyMemory<byte> commandLine, ulong ramSize, string name)
    {
        var image = LinuxKernel.Read(kernel, name);
        var top = Math.Min(ramSize - FirmwareRoom, image.InitrdLimit + 1ul);
        var initrdAddress = (top - Math.Min(top, (ulong)initrd.Length)) & ~0xFFFul;
        if (ramSize < KernelAddress + FirmwareRoom || initrdAddress < KernelAddress + (ulong)image.Kernel.Length)
        {
            throw new FirmwareException(name, 0, $"a kernel and an initial RAM disk that fit into {ramSize >> 20} MiB");
        }

        if (commandLine.Length >= LongestCommandLine || image.SetupLength > HeapEnd)
        {
            throw new FirmwareException(name, 0, $"a command line of less than {LongestCommandLine} bytes");
        }

        var setup = image.Setup.ToArray();
        setup[0x210] = UnnamedLoader;
        setup[0x211] |= CanUseHeap;
        Put(0x218, initrd.IsEmpty ? 0 : (uint)initrdAddress);
        Put(0x21C, (uint)initrd.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(setup.AsSpan(0x224), HeapEnd - 0x200);
        Put(0x228, CommandLineAddress);
        Parts =
        [
            new(FwCfgKey.Setup, SetupAddress, setup),
            new(FwCfgKey.CommandLine, CommandLineAddress, [.. commandLine.Span, 0]),
            new(FwCfgKey.Kernel, KernelAddress, image.Kernel.ToArray()),
            new(FwCfgKey.Initrd, (uint)initrdAddress, initrd.ToArray()),
        ];

        void Put(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(setup.AsSpan(offset), value);
    }

    /// <summary>A part: the numbers of its items, where it goes, and what it is.</summary>
    internal sealed record Part(FwCfgKey Key, uint Address, byte[] Content);

    /// <summary>In the order in which they are copied.</summary>
    public IReadOnlyList<Part> Parts { get; }

    /// <summary>fw_cfg's list of what to boot first: the ROM's entry.</summary>
    public static byte[] BootOrder => Encoding.ASCII.GetBytes($"/rom@{RomFile}\0");
}
