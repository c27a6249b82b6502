using Reprise.Emulation.Boards;
using Reprise.Emulation.Cpus;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Firmware.Elf;
using Reprise.Emulation.Memory;
using Reprise.Emulation.Semihosting;

namespace Reprise.Emulation.Machines;

/// <summary>Makes a machine of a board and a firmware.</summary>
public static class MachineBuilder
{
    /// <summary>A machine at position 0 with the firmware in its memory, and the files that were to be loaded besides.</summary>
    /// <exception cref="FirmwareException">
    /// A segment lies where the board has no memory, or over another file's; a file is damaged; it is for another
    /// processor than the board's; the board can't start it.
    /// </exception>
    public static Machine Build(
        Board board, BoardOptions options, FirmwareImage firmware, string firmwareName, IOutputSink output)
    {
        var parts = board.Build(options, output);
        try
        {
            Load(parts.Memory, board, firmware, firmwareName);
            var segments = firmware.Segments.Select(segment => (Segment: segment, Name: firmwareName)).ToList();
            foreach (var file in options.Loaded)
            {
                var image = Parse(file);
                Load(parts.Memory, board, image, file.Name);
                segments.AddRange(image.Segments.Select(segment => (segment, file.Name)));
            }

            CheckApart(segments);
            Start(parts, options, firmware, firmwareName, segments.Select(part => part.Segment));
        }
        catch
        {
            foreach (var region in parts.Memory.Regions)
            {
                region.Dispose();
            }

            parts.Unicorn.Dispose();
            throw;
        }

        return new Machine(parts);
    }

    private static FirmwareImage Parse(LoadedFile file) => file.Address is { } address
        ? FirmwareLoader.ParseRaw(file.Content, file.Name, address)
        : FirmwareLoader.Parse(file.Content, file.Name, loadAddress: null);

    private static void Load(MemoryMap memory, Board board, FirmwareImage image, string name)
    {
        if (!board.Executes(image.Machine))
        {
            throw new FirmwareException(
                name,
                image.Format == FirmwareFormat.Elf ? ElfHeader.MachineOffset : 0,
                $"code for the processor of {board.Name}, not for {Named(image.Machine)}");
        }

        foreach (var segment in image.Segments)
        {
            if (memory.Write(segment.Address, segment.Data.Span) != segment.Data.Length)
            {
                throw new FirmwareException(name, 0,
                    $"segments in the memory of {board.Name}; {segment.Data.Length} bytes at 0x{segment.Address:x} are not");
            }
        }
    }

    private static string Named(FirmwareMachine machine) => machine switch
    {
        FirmwareMachine.Arm => "ARM",
        FirmwareMachine.I386 => "i386",
        _ => "x86-64",
    };

    private static void CheckApart(IEnumerable<(FirmwareSegment Segment, string Name)> segments)
    {
        var before = default((FirmwareSegment Segment, string Name));
        foreach (var part in segments.OrderBy(part => part.Segment.Address))
        {
            if (part.Segment.Address - before.Segment.Address < (ulong)before.Segment.Data.Length)
            {
                throw new FirmwareException(
                    part.Name, 0, $"memory of its own; {before.Name} is loaded at 0x{part.Segment.Address:x} too");
            }

            before = part;
        }
    }

    private static void Start(
        MachineParts parts, BoardOptions options, FirmwareImage firmware, string name, IEnumerable<FirmwareSegment> segments)
    {
        if (parts.Semihosting is { } semihosting)
        {
            semihosting.Heap = GuestHeap.Find(parts.Memory.Regions, segments);
        }

        if (parts.Processor is not IKernelStarter starter)
        {
            return;
        }

        if (starter.Start(firmware, options.CommandLine) is { } expected)
        {
            throw new FirmwareException(name, 0, expected);
        }

        foreach (var device in parts.Devices.Select(mapping => mapping.Device).OfType<ISetUpByFirmware>())
        {
            if (starter.StartsKernel)
            {
                device.SkipFirmware();
            }
        }
    }
}
