using System.Buffers.Binary;
using System.Text;
using Iced.Intel;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Firmware;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// Where a Multiboot kernel, its modules and its command line go, and what it is told of them and of the machine
/// (Multiboot Specification 0.6.96, 3.2 and 3.3). Addresses are QEMU's: behind the kernel a page or more of what the
/// information points to, then the modules, each from a page on. Which memory there is, the ROM asks the BIOS.
/// </summary>
internal sealed class MultibootLoad : KernelLoad
{
    // In the page of the memory map and the information.
    private const ushort Information = 0x500;
    private const ushort Pointer = 0x5F0; // the operand of LGDT

    private const uint LoadedBy = 0x2BAD_B002;
    private const uint PageSize = 4096;
    private const int ModuleSize = 16;

    // Memory, boot device, command line, modules, memory map, loader's name.
    private const uint Flags = 1 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 6 | 1 << 9;
    private const uint FirstDisk = 0x8000_FFFF;

    private readonly uint _entry;
    private readonly uint _place;

    /// <param name="kernel">The kernel.</param>
    /// <param name="modules">Modules, each with the text that it is given.</param>
    /// <param name="commandLine">Without a zero at its end.</param>
    /// <param name="ramSize">Bytes of RAM from 0 on.</param>
    /// <param name="name">What errors call the kernel.</param>
    /// <exception cref="FirmwareException">It is none, or does not fit.</exception>
    public MultibootLoad(
        ReadOnlyMemory<byte> kernel,
        IReadOnlyList<(string Text, ReadOnlyMemory<byte> Content)> modules,
        string commandLine,
        ulong ramSize,
        string name)
    {
        var image = FirmwareLoader.Parse(kernel, name, loadAddress: null);
        if (image is not { Multiboot: not null, EntryPoint: { } entry })
        {
            throw new FirmwareException(name, 0, "a Multiboot kernel");
        }

        var start = image.Segments[0].Address;
        var end = image.Segments[^1].Address + (ulong)image.Segments[^1].Data.Length;
        var texts = Encoding.UTF8.GetBytes(string.Concat(modules.Select(module => module.Text + "\0")) + commandLine + "\0qemu\0");
        var described = Aligned(end - start);
        var taken = described + Aligned((ulong)(modules.Count * ModuleSize) + (ulong)texts.Length);
        var places = new List<ulong>();
        foreach (var (_, content) in modules)
        {
            places.Add(taken);
            taken += Aligned((ulong)content.Length);
        }

        if (start + taken > ramSize || taken > FirmwareImage.MaximumBytes)
        {
            throw new FirmwareException(name, 0, $"a kernel and modules that fit into {ramSize >> 20} MiB");
        }

        _entry = (uint)entry;
        _place = MultibootInformation.PlaceBeside([(start, start + taken)]);
        var memory = new byte[taken];
        foreach (var segment in image.Segments)
        {
            segment.Data.CopyTo(memory.AsMemory((int)(segment.Address - start)));
        }

        var textsAt = described + (ulong)(modules.Count * ModuleSize);
        texts.CopyTo(memory, (int)textsAt);
        var text = (uint)(start + textsAt);
        for (var i = 0; i < modules.Count; i++)
        {
            var entryAt = memory.AsSpan((int)described + (i * ModuleSize));
            Put(entryAt, 0, (uint)(start + places[i]));
            Put(entryAt, 4, (uint)(start + places[i]) + (uint)modules[i].Content.Length);
            Put(entryAt, 8, text);
            text += (uint)Encoding.UTF8.GetByteCount(modules[i].Text) + 1;
            modules[i].Content.CopyTo(memory.AsMemory((int)places[i]));
        }

        var information = new byte[88];
        Put(information, 0, Flags);
        Put(information, 12, FirstDisk);
        Put(information, 16, text);
        Put(information, 20, (uint)modules.Count);
        Put(information, 24, (uint)(start + described));
        Put(information, 48, _place);
        Put(information, 64, text + (uint)Encoding.UTF8.GetByteCount(commandLine) + 1);
        Parts =
        [
            new(FwCfgKey.Kernel, (uint)start, memory),
            new(FwCfgKey.Initrd, _place + Information, information),
        ];
    }

    public override string Title => "Multiboot kernel";

    public override IReadOnlyList<Part> Parts { get; }

    public override byte[] StartCode(int offset)
    {
        var kernel = KernelCode();
        var length = RealCode(int.MaxValue / 2, int.MaxValue / 2, offset).Length;
        var descriptors = new byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(descriptors.AsSpan(8), 0x00CF_9A00_0000_FFFF);
        BinaryPrimitives.WriteUInt64LittleEndian(descriptors.AsSpan(16), 0x00CF_9200_0000_FFFF);
        return
        [
            .. RealCode(offset + length, offset + length + descriptors.Length, offset), .. descriptors, .. kernel,
        ];
    }

    /// <summary>Asks for the memory map (INT 15h, AX = E820h; ACPI 15.1) and the memory below 640 KiB, and leaves real mode.</summary>
    private byte[] RealCode(int descriptors, int kernel, int offset)
    {
        var code = new Assembler(16);
        var (next, other, end) = (code.CreateLabel(), code.CreateLabel(), code.CreateLabel());
        code.mov(ax, (ushort)(_place / 16));
        code.mov(ds, ax);
        code.mov(es, ax);
        code.xor(ebx, ebx);
        code.mov(edi, sizeof(uint));
        code.Label(ref next);
        code.mov(eax, 0xE820);
        code.mov(edx, 0x534D_4150);
        code.mov(ecx, 20);
        code.@int(0x15);
        code.jc(end);
        code.mov(__dword_ptr[di - 4], ecx);
        code.cmp(__dword_ptr[di], 0x10_0000);
        code.jne(other);
        code.mov(eax, __dword_ptr[di + 8]);
        code.shr(eax, 10);
        code.mov(__dword_ptr[Information + 8], eax);
        code.Label(ref other);
        code.add(di, 24);
        code.test(ebx, ebx);
        code.jne(next);
        code.Label(ref end);
        code.sub(di, sizeof(uint));
        code.mov(__word_ptr[Information + 44], di);
        code.@int(0x12);
        code.mov(__word_ptr[Information + 4], ax);

        code.cli();
        code.xor(ebx, ebx);
        code.mov(bx, cs);
        code.shl(ebx, 4);
        code.lea(eax, __[ebx + descriptors]);
        code.mov(__word_ptr[Pointer], 23);
        code.mov(__dword_ptr[Pointer + 2], eax);
        code.lgdt(__[Pointer]);
        code.add(ebx, kernel);
        code.push((uint)8);
        code.push(ebx);
        code.mov(eax, cr0);
        code.or(al, 1);
        code.mov(cr0, eax);
        return [.. CounterCode.Bytes(code, offset), 0x66, 0xCB]; // retf, with 32 bits
    }

    private byte[] KernelCode()
    {
        var code = new Assembler(32);
        code.mov(eax, 0x10);
        code.mov(ds, ax);
        code.mov(es, ax);
        code.mov(fs, ax);
        code.mov(gs, ax);
        code.mov(ss, ax);
        code.mov(eax, LoadedBy);
        code.mov(ebx, _place + Information);
        code.mov(ecx, _entry);
        code.jmp(ecx);
        return CounterCode.Bytes(code, 0);
    }

    private static ulong Aligned(ulong size) => (size + PageSize - 1) / PageSize * PageSize;

    private static void Put(Span<byte> at, int offset, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(at[offset..], value);
}
