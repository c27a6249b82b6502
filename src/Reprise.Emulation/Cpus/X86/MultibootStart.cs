using System.Buffers.Binary;
using System.Text;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// What a Multiboot loader leaves to its kernel (Multiboot Specification 0.6.96, 3.2 and 3.3): flat 32-bit segments,
/// paging off, and, where QEMU has it too unless the kernel is there, what it knows of the machine.
/// </summary>
/// <param name="Segments">What is loaded; a reset loads it again, as a loader would.</param>
/// <param name="Entry">Where the kernel starts.</param>
/// <param name="CommandLine">What it is given.</param>
internal sealed record MultibootStart(IReadOnlyList<FirmwareSegment> Segments, uint Entry, string CommandLine)
{
    private const uint Magic = 0x2bad_b002;

    // In the page of the information.
    private const uint Information = 0x500;
    private const uint MemoryMap = 0x580;
    private const uint Name = 0x800;
    private const uint Line = 0x900;
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

        var place = MultibootInformation.PlaceBeside(
            [.. Segments.Select(segment => (segment.Address, segment.Address + (ulong)segment.Data.Length))]);
        Describe(memory, place);
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
        state.General[3] = place + Information;
        state.InstructionPointer = Entry;
    }

    private void Describe(MemoryMap memory, uint place)
    {
        var information = new byte[0x80];
        var ram = memory.Windows.Where(window => !window.Region.IsReadOnly)
            .OrderBy(window => window.Address).Take(LongestMap).ToList();
        var lower = ram.Where(window => window.Address < OneMebibyte).Sum(window => (long)window.Size);
        var upper = ram.Where(window => window.Address >= OneMebibyte).Sum(window => (long)window.Size);
        Put(0, Flags);
        Put(4, (uint)Math.Min(lower, 640 << 10) >> 10);
        Put(8, (uint)(upper >> 10));
        Put(16, place + Line);
        Put(44, (uint)(ram.Count * EntrySize));
        Put(48, place + MemoryMap);
        Put(64, place + Name);
        memory.Write(place + Information, information);
        memory.Write(place + Name, "Reprise\0"u8);
        var line = Encoding.UTF8.GetBytes(CommandLine);
        memory.Write(place + Line, [.. line.AsSpan(0, Math.Min(line.Length, LongestCommandLine - 1)), 0]);
        for (var i = 0; i < ram.Count; i++)
        {
            var entry = new byte[EntrySize];
            BinaryPrimitives.WriteUInt32LittleEndian(entry, EntrySize - sizeof(uint));
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(4), ram[i].Address);
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(12), ram[i].Size);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(20), 1);
            memory.Write(place + MemoryMap + (uint)(i * EntrySize), entry);
        }

        void Put(int offset, uint value) =>
            BinaryPrimitives.WriteUInt32LittleEndian(information.AsSpan(offset), value);
    }
}
