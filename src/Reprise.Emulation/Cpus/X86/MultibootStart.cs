using System.Buffers.Binary;
using System.Text;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// What a Multiboot loader leaves to its kernel (Multiboot Specification 0.6.96, 3.2 and 3.3): flat 32-bit segments,
/// paging off, and at <see cref="Information"/>, where QEMU has it too, what it knows of the machine.
/// </summary>
/// <param name="Segments">What is loaded; a reset loads it again, as a loader would.</param>
/// <param name="Entry">Where the kernel starts.</param>
/// <param name="CommandLine">What it is given.</param>
internal sealed record MultibootStart(IReadOnlyList<FirmwareSegment> Segments, uint Entry, string CommandLine)
{
    /// <summary>Where the information lies, below the first MiB.</summary>
    public const uint Information = 0x9500;

    private const uint Magic = 0x2bad_b002;
    private const uint MemoryMapAddress = Information + 0x80;
    private const uint NameAddress = Information + 0x300;
    private const uint CommandLineAddress = Information + 0x400;
    private const int LongestCommandLine = 0x400;
    private const int LongestMap = 16;

    // Flags of the information: memory, command line, memory map, loader's name.
    private const uint Flags = 1 | 1 << 2 | 1 << 6 | 1 << 9;
    private const int EntrySize = 24;
    private const uint OneMebibyte = 1 << 20;

    /// <summary>Puts kernel and information into memory and the processor at the kernel's first instruction.</summary>
    public void Apply(X86State state, MemoryMap memory)
    {
        foreach (var segment in Segments)
        {
            memory.Write(segment.Address, segment.Data.Span);
        }

        Describe(memory);
        const uint flat = SegmentRegister.Present | SegmentRegister.NotSystem | SegmentRegister.Accessed
            | SegmentRegister.Big | SegmentRegister.Granular;
        state.WriteControl(X86Register.Cr0, 0x11);
        foreach (var number in (ReadOnlySpan<SegmentNumber>)
            [SegmentNumber.Ds, SegmentNumber.Es, SegmentNumber.Fs, SegmentNumber.Gs, SegmentNumber.Ss])
        {
            state.LoadSegment(
                number, new SegmentRegister(0x10, 0, uint.MaxValue, flat | SegmentRegister.Writable | 0xf0000));
        }

        const uint code = SegmentRegister.Code | SegmentRegister.Readable | 0xf0000;
        state.LoadSegment(SegmentNumber.Cs, new SegmentRegister(8, 0, uint.MaxValue, flat | code));
        state.General.Clear();
        state.General[0] = Magic;
        state.General[3] = Information;
        state.InstructionPointer = Entry;
    }

    private void Describe(MemoryMap memory)
    {
        var information = new byte[0x80];
        var ram = memory.Windows.Where(window => !window.Region.IsReadOnly)
            .OrderBy(window => window.Address).Take(LongestMap).ToList();
        var lower = ram.Where(window => window.Address < OneMebibyte).Sum(window => (long)window.Size);
        var upper = ram.Where(window => window.Address >= OneMebibyte).Sum(window => (long)window.Size);
        Put(0, Flags);
        Put(4, (uint)Math.Min(lower, 640 << 10) >> 10);
        Put(8, (uint)(upper >> 10));
        Put(16, CommandLineAddress);
        Put(44, (uint)(ram.Count * EntrySize));
        Put(48, MemoryMapAddress);
        Put(64, NameAddress);
        memory.Write(Information, information);
        memory.Write(NameAddress, "Reprise\0"u8);
        var line = Encoding.UTF8.GetBytes(CommandLine);
        memory.Write(CommandLineAddress, [.. line.AsSpan(0, Math.Min(line.Length, LongestCommandLine - 1)), 0]);
        for (var i = 0; i < ram.Count; i++)
        {
            var entry = new byte[EntrySize];
            BinaryPrimitives.WriteUInt32LittleEndian(entry, EntrySize - sizeof(uint));
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(4), ram[i].Address);
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(12), ram[i].Size);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(20), 1);
            memory.Write(MemoryMapAddress + (uint)(i * EntrySize), entry);
        }

        void Put(int offset, uint value) =>
            BinaryPrimitives.WriteUInt32LittleEndian(information.AsSpan(offset), value);
    }
}
