using System.Buffers.Binary;
using Iced.Intel;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Firmware;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// Where the parts of a Linux kernel go, and the header by which it finds them (Documentation/arch/x86/boot.rst).
/// </summary>
internal sealed class LinuxLoad : KernelLoad
{
    private const ushort SetupSegment = 0x1000; // of the code for real mode

    // In that segment: where the stack ends that grows down, and the command line begins.
    private const ushort HeapEnd = 0xE000;

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

    public override string Title => "Linux kernel";

    public override IReadOnlyList<Part> Parts { get; }

    /// <summary>As boot.rst has it: all segments but CS are the set-up code's, and that begins behind its first sector.</summary>
    public override byte[] StartCode(int offset)
    {
        var code = new Assembler(16);
        code.mov(ax, SetupSegment);
        code.mov(ds, ax);
        code.mov(es, ax);
        code.mov(fs, ax);
        code.mov(gs, ax);
        code.mov(ss, ax);
        code.mov(sp, HeapEnd);
        byte[] jump = [0xEA, 0, 0, (SetupSegment + 0x20) & 0xFF, (SetupSegment + 0x20) >> 8];
        return [.. CounterCode.Bytes(code, offset), .. jump];
    }
}
